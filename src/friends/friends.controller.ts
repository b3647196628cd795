import { Body, Controller, Delete, Get, Post, Query, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Person } from '../contract/actor.js'
import { FriendView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { AskFriendDto, ListFriendsDto } from './friends.dto.js'
import { FriendsService } from './friends.service.js'

@ApiTags('friend')
@Controller('friend')
export class FriendsController {
  constructor(private readonly friends: FriendsService) {}

  @Get()
  @Endpoint({
    access: 'user',
    summary: 'My friends, requests, or those whom I have blocked',
    answers: PageOf(FriendView),
    errors: ['invalid_cursor'],
  })
  list(@Caller() actor: Person, @Query() query: ListFriendsDto) {
    return this.friends.list(actor, query)
  }

  @Post()
  @Endpoint({
    access: 'user',
    summary: 'Ask for a friendship',
    description: 'Whoever asks somebody who has asked them is their friend by that. Asking again changes nothing.',
    answers: FriendView,
    makes: 'or finds',
    errors: ['user_not_found', 'blocked', 'friend_blocked'],
  })
  async ask(@Caller() actor: Person, @Body() body: AskFriendDto, @Res({ passthrough: true }) reply: ChatReply) {
    const { created, friend } = await this.friends.ask(actor, body)
    return made(reply, created, friend)
  }

  @Post(':user_id/accept')
  @Endpoint({
    access: 'user',
    summary: 'Agree to be friends',
    answers: FriendView,
    errors: ['user_not_found', 'friend_not_found'],
  })
  accept(@Caller() actor: Person, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.friends.accept(actor, userId)
  }

  @Post(':user_id/refuse')
  @Endpoint({
    access: 'user',
    summary: 'Refuse a request',
    answers: FriendView,
    errors: ['user_not_found', 'friend_not_found'],
  })
  refuse(@Caller() actor: Person, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.friends.refuse(actor, userId)
  }

  @Post(':user_id/block')
  @Endpoint({
    access: 'user',
    summary: 'Block somebody',
    description:
      'Ends a friendship and requests. Who is blocked can neither write, react or pin in the private room of the two nor ' +
      'invite the blocker, sees neither presence, typing nor read marks of theirs, and is not told. Messages that were ' +
      'sent stay.',
    answers: FriendView,
    errors: ['user_not_found'],
  })
  block(@Caller() actor: Person, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.friends.block(actor, userId)
  }

  @Post(':user_id/unblock')
  @Endpoint({
    access: 'user',
    summary: 'Undo a block; a friendship that it ended does not come back',
    answers: FriendView,
    errors: ['user_not_found'],
  })
  unblock(@Caller() actor: Person, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.friends.unblock(actor, userId)
  }

  @Delete(':user_id')
  @Endpoint({
    access: 'user',
    summary: 'Remove a friend, or take a request back',
    answers: 204,
    errors: ['user_not_found', 'friend_not_found'],
  })
  remove(@Caller() actor: Person, @Id('user_id') userId: string) {
    return this.friends.remove(actor, userId)
  }
}
