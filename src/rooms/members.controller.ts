import { Body, Controller, Delete, Get, Post, Query, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor, Person } from '../contract/actor.js'
import { ids } from '../contract/examples.js'
import { PageDto } from '../contract/page.js'
import { MemberView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { MembersService } from './members.service.js'
import { AddMembersDto } from './rooms.dto.js'

@ApiTags('room')
@Controller('room/:room_id')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('member')
  @Endpoint({
    access: 'tenant',
    summary: 'Who is in the room',
    answers: PageOf(MemberView),
    errors: ['room_not_found', 'not_a_member', 'removed', 'invalid_cursor'],
  })
  list(@Caller() actor: Actor, @Id('room_id') roomId: string, @Query() query: PageDto) {
    return this.members.list(actor, roomId, query)
  }

  @Post('member')
  @Endpoint({
    access: 'tenant',
    summary: 'Add members: all of them or none',
    examples: { 'Give a role in the room': { user_ids: [ids.user], room_role: 'moderator' } },
    description:
      'Whoever was removed may come back by this. With `room_role`, owners, admins and the backend also change the role ' +
      'of who is a member already.',
    answers: [MemberView],
    makes: true,
    errors: ['room_not_found', 'user_not_found', 'not_a_member', 'removed', 'forbidden', 'blocked'],
  })
  add(@Caller() actor: Actor, @Id('room_id') roomId: string, @Body() body: AddMembersDto) {
    return this.members.add(actor, roomId, body)
  }

  @Delete('member/:user_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Remove a member, who cannot come back until added again',
    answers: 204,
    errors: ['room_not_found', 'member_not_found', 'not_a_member', 'removed', 'forbidden'],
  })
  remove(@Caller() actor: Actor, @Id('room_id') roomId: string, @Id('user_id') userId: string) {
    return this.members.remove(actor, roomId, userId)
  }

  @Post('join')
  @Endpoint({
    access: 'user',
    summary: 'Join an open room',
    answers: MemberView,
    makes: 'or finds',
    counts: 'join',
    errors: ['room_not_found', 'removed'],
  })
  async join(
    @Caller() actor: Person,
    @Id('room_id') roomId: string,
    @Body() _: NoBody,
    @Res({ passthrough: true }) reply: ChatReply,
  ) {
    const { created, member } = await this.members.join(actor, roomId)
    return made(reply, created, member)
  }

  @Post('leave')
  @Endpoint({
    access: 'user',
    summary: 'Leave a room',
    description:
      'An owner hands over to the eldest moderator, else member. A private room is hidden until its next message.',
    answers: 204,
    errors: ['room_not_found', 'not_a_member', 'removed'],
  })
  leave(@Caller() actor: Person, @Id('room_id') roomId: string, @Body() _: NoBody) {
    return this.members.leave(actor, roomId)
  }
}
