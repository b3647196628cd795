import { Readable } from 'node:stream'
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res, StreamableFile } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor, Person } from '../contract/actor.js'
import { ExportView } from '../contract/records.views.js'
import { UserView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { ErasingService } from './erasing.service.js'
import { CreateUserDto, ListUsersDto, UpdateMeDto, UpdateUserDto } from './users.dto.js'
import { UsersService } from './users.service.js'

@ApiTags('user')
@Controller('user')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly erasing: ErasingService,
  ) {}

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
    description:
      'A role counts at once. `not_active` and `delete` end all sockets and tokens within a second, and nothing is lost: ' +
      '`active` undoes either.',
    examples: {
      'Give a role': { role: 'moderator' },
      'Lock for a time': { status: 'not_active' },
      Lock: { status: 'delete' },
      Unlock: { status: 'active' },
    },
    answers: UserView,
    errors: ['forbidden', 'backend_required', 'user_not_found', 'username_taken', 'external_id_taken', 'user_erased'],
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

  @Get(':user_id/export')
  @Endpoint({
    access: 'tenant',
    summary: 'Everything that is kept about a person, as one JSON document of any size',
    description:
      'To the person, the backend and admins. Streamed: an answer that is cut off in the middle is not JSON.',
    answers: ExportView,
    errors: ['forbidden', 'user_not_found'],
  })
  async export(@Caller() actor: Actor, @Id('user_id') userId: string) {
    const pieces = await this.erasing.export(actor, userId)
    const disposition = `attachment; filename="${userId}.json"`
    return new StreamableFile(Readable.from(pieces, { objectMode: false }), { type: 'application/json', disposition })
  }

  @Post(':user_id/erase')
  @HttpCode(204)
  @Endpoint({
    access: 'tenant',
    summary: 'Erase a person for ever (the backend and admins)',
    description:
      'Locks them, ends their friendships and memberships, and takes what tells who they were: names, address, phone, ' +
      'picture, metadata; of their messages files, metadata, earlier versions and their names. From what others said, ' +
      'and from earlier versions of these messages, it takes their e-mail address and phone number, if written as here, ' +
      'and any name of theirs behind an @ or where the message mentions them: a name alone may be any word. What they ' +
      'said stays in its place, from “Deleted user”. It cannot be undone, and may be asked again if it was broken off.',
    answers: 204,
    errors: ['forbidden', 'user_not_found'],
  })
  erase(@Caller() actor: Actor, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.erasing.erase(actor, userId)
  }
}
