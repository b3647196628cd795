import { Body, Controller, Delete, Get, Patch, Post, Query, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { ids } from '../contract/examples.js'
import { MyRoomView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { CreateRoomDto, ListRoomsDto, UpdateRoomDto } from './rooms.dto.js'
import { RoomsService } from './rooms.service.js'

@ApiTags('room')
@Controller('room')
export class RoomsController {
  constructor(private readonly rooms: RoomsService) {}

  @Post()
  @Endpoint({
    access: 'tenant',
    summary: 'Make a room',
    examples: {
      'By invitation only': { name: 'Team', access: 'invite', member_ids: [ids.user] },
      'Of two people': { type: 'private', member_ids: [ids.user] },
    },
    description:
      'A user becomes its owner. A private room of two people who have one already is answered as it is (200).',
    answers: MyRoomView,
    makes: 'or finds',
    errors: ['user_not_found', 'forbidden', 'blocked', 'quota_exceeded'],
  })
  async create(@Caller() actor: Actor, @Body() body: CreateRoomDto, @Res({ passthrough: true }) reply: ChatReply) {
    const { created, room } = await this.rooms.create(actor, body)
    return made(reply, created, room)
  }

  @Get()
  @Endpoint({
    access: 'tenant',
    summary: 'My rooms, those first in which something was said last (the backend: all rooms)',
    answers: PageOf(MyRoomView),
    errors: ['invalid_cursor'],
  })
  list(@Caller() actor: Actor, @Query() query: ListRoomsDto) {
    return this.rooms.list(actor, query)
  }

  @Get(':room_id')
  @Endpoint({
    access: 'tenant',
    summary: 'One room',
    answers: MyRoomView,
    errors: ['room_not_found', 'not_a_member', 'removed'],
  })
  get(@Caller() actor: Actor, @Id('room_id') roomId: string) {
    return this.rooms.get(actor, roomId)
  }

  @Patch(':room_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Change, archive or hand over a room',
    examples: { 'Hand over': { owner_id: ids.user }, Archive: { archived: true } },
    answers: MyRoomView,
    errors: ['room_not_found', 'not_a_member', 'removed', 'forbidden'],
  })
  update(@Caller() actor: Actor, @Id('room_id') roomId: string, @Body() body: UpdateRoomDto) {
    return this.rooms.update(actor, roomId, body)
  }

  @Delete(':room_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Delete a room with all its messages',
    answers: 204,
    errors: ['room_not_found', 'not_a_member', 'removed', 'forbidden'],
  })
  delete(@Caller() actor: Actor, @Id('room_id') roomId: string) {
    return this.rooms.delete(actor, roomId)
  }
}
