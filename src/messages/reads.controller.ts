import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Person } from '../contract/actor.js'
import { ReadStateView, UnreadView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { MarkReadDto } from './reads.dto.js'
import { ReadsService } from './reads.service.js'

@ApiTags('message')
@Controller('room')
export class ReadsController {
  constructor(private readonly reads: ReadsService) {}

  @Get('unread')
  @Endpoint({
    access: 'user',
    summary: 'What is unread in all of one’s rooms',
    description: 'Messages of others after the last one that was read, but for deleted ones.',
    answers: UnreadView,
  })
  unread(@Caller() actor: Person) {
    return this.reads.unread(actor)
  }

  @Post(':room_id/read')
  @HttpCode(200)
  @Endpoint({
    access: 'user',
    summary: 'Say how far one has read a room',
    description:
      'It never goes back. In rooms of up to `READ_ROOM_MAX` members the others are told (`read`). A livestream keeps no marks.',
    answers: ReadStateView,
    errors: ['room_not_found', 'not_a_member', 'removed', 'forbidden'],
  })
  mark(@Caller() actor: Person, @Id('room_id') roomId: string, @Body() { seq }: MarkReadDto) {
    return this.reads.mark(actor, roomId, seq)
  }
}
