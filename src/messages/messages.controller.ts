import { Body, Controller, Delete, Get, Headers, Patch, Post, Query, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { MessagePageView, MessageView, SentMessageView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { made } from '../http/made.js'
import type { ChatReply } from '../http/request.js'
import { ChangesService } from './changes.service.js'
import { EditMessageDto, HistoryDto, SendMessageDto } from './messages.dto.js'
import { MessagesService } from './messages.service.js'

@ApiTags('message')
@Controller('room/:room_id/message')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly changes: ChangesService,
  ) {}

  @Post('send')
  @Endpoint({
    access: 'tenant',
    summary: 'Send a message',
    description:
      'Answered when it is on disk. With a `client_message_id` (or else an `Idempotency-Key`) it may be repeated by any ' +
      'transport: it is stored once, and a repeat is answered the first one (200, `duplicate: true`). ' +
      'What the backend sends in nobody’s name is a system message.',
    answers: SentMessageView,
    makes: 'or finds',
    counts: 'message',
    errors: [
      'room_not_found',
      'message_not_found',
      'user_not_found',
      'not_a_member',
      'removed',
      'blocked',
      'room_archived',
      'slow_mode',
      'quota_exceeded',
      'overloaded',
    ],
  })
  async send(
    @Caller() actor: Actor,
    @Id('room_id') roomId: string,
    @Body() body: SendMessageDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: ChatReply,
  ) {
    const input = { ...body, client_message_id: body.client_message_id ?? key ?? null }
    const { message, duplicate } = await this.messages.send(actor, roomId, input)
    return made(reply, !duplicate, duplicate ? { ...message, duplicate } : message)
  }

  @Get()
  @Endpoint({
    access: 'tenant',
    summary: 'The history of a room, in rising seq',
    answers: MessagePageView,
    errors: ['room_not_found', 'not_a_member', 'removed'],
  })
  history(@Caller() actor: Actor, @Id('room_id') roomId: string, @Query() query: HistoryDto) {
    return this.messages.history(actor, roomId, query)
  }

  @Get(':message_id')
  @Endpoint({
    access: 'tenant',
    summary: 'One message',
    answers: MessageView,
    errors: ['room_not_found', 'message_not_found', 'not_a_member', 'removed'],
  })
  get(@Caller() actor: Actor, @Id('room_id') roomId: string, @Id('message_id') messageId: string) {
    return this.messages.get(actor, roomId, messageId)
  }

  @Patch(':message_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Edit a message of one’s own',
    description: 'What is left out stays. It may be repeated: what says so already is not changed again.',
    answers: MessageView,
    errors: [
      'room_not_found',
      'message_not_found',
      'user_not_found',
      'not_a_member',
      'removed',
      'forbidden',
      'blocked',
      'room_archived',
      'message_deleted',
      'quota_exceeded',
      'overloaded',
    ],
  })
  edit(
    @Caller() actor: Actor,
    @Id('room_id') roomId: string,
    @Id('message_id') messageId: string,
    @Body() body: EditMessageDto,
  ) {
    return this.changes.edit(actor, roomId, messageId, body)
  }

  @Delete(':message_id')
  @Endpoint({
    access: 'tenant',
    summary: 'Delete a message: its place and seq stay, and nothing of what it said',
    description: 'The author; owners and moderators of the room; the tenant’s admins, moderators and backend.',
    answers: 204,
    errors: ['room_not_found', 'message_not_found', 'not_a_member', 'removed', 'forbidden', 'overloaded'],
  })
  async delete(@Caller() actor: Actor, @Id('room_id') roomId: string, @Id('message_id') messageId: string) {
    await this.changes.delete(actor, roomId, messageId)
  }
}
