import { Body, Controller, Delete, Get, Patch, Post, Query, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor, Person } from '../contract/actor.js'
import { UserView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { CreateUserDto, ListUsersDto, UpdateMeDto, UpdateUserDto } from './users.dto.js'
import { UsersService } from './users.service.js'

@ApiTags('user')
@Controller('user')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Endpoint({
    access: 'backend',
    summary: 'Make a user, or change the one with this external_id',
    answers: UserView,
    makes: 'or finds',
    errors: ['username_taken'],
  })
  async create(@Caller() actor: Actor, @Body() body: CreateUserDto, @Res({ passthrough: true }) reply: ChatReply) {
    const { created, user } = await this.users.upsert(actor, body)
    return made(reply, created, user)
  }

  @Get()
  @Endpoint({
    access: 'tenant',
    summary: 'Users of the tenant',
    answers: PageOf(UserView),
    errors: ['invalid_cursor', 'forbidden'],
  })
  list(@Caller() actor: Actor, @Query() query: ListUsersDto) {
    return this.users.list(actor, query)
  }

  @Get('me')
  @Endpoint({ access: 'user', summary: 'The caller', answers: UserView })
  me(@Caller() actor: Person) {
    return this.users.me(actor)
  }

  @Patch('me')
  @Endpoint({
    access: 'user',
    summary: 'Change what one says of oneself',
    answers: UserView,
    errors: ['username_taken'],
  })
  updateMe(@Caller() actor: Person, @Body() body: UpdateMeDto) {
    return this.users.updateMe(actor, body)
  }

  @Get(':user_id')
  @Endpoint({ access: 'tenant', summary: 'One user', answers: UserView, errors: ['user_not_found'] })
  get(@Caller() actor: Actor, @Id('user_id') userId: string) {
    return this.users.get(actor, userId)
  }

  @Patch(':user_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Change, lock or unlock a user (the backend and admins)',
    answers: UserView,
    errors: ['forbidden', 'backend_required', 'user_not_found', 'username_taken', 'external_id_taken'],
  })
  update(@Caller() actor: Actor, @Id('user_id') userId: string, @Body() body: UpdateUserDto) {
    return this.users.update(actor, userId, body)
  }

  @Delete(':user_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Lock a user (the backend and admins)',
    description:
      'Sets the status `delete`: sockets and tokens end, messages stay. `PATCH { "status": "active" }` undoes it.',
    answers: 204,
    errors: ['forbidden', 'user_not_found'],
  })
  lock(@Caller() actor: Actor, @Id('user_id') userId: string) {
    return this.users.lock(actor, userId)
  }
}
