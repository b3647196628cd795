import { Body, Controller, Delete, Put } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { MessageView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { ChangesService } from './changes.service.js'

@ApiTags('message')
@Controller('room/:room_id/message/:message_id/pin')
export class PinsController {
  constructor(private readonly changes: ChangesService) {}

  @Put()
  @Endpoint({
    access: 'tenant',
    summary: 'Pin a message',
    description:
      'Owners and moderators of the room, both people of a private room, members who are the tenant’s admins or ' +
      'moderators, and the backend. It may be repeated. `GET …/message?pinned=true` lists what is pinned.',
    answers: MessageView,
    errors: [
      'room_not_found',
      'message_not_found',
      'not_a_member',
      'removed',
      'forbidden',
      'blocked',
      'room_archived',
      'message_deleted',
      'overloaded',
    ],
  })
  add(@Caller() actor: Actor, @Id('room_id') roomId: string, @Id('message_id') messageId: string, @Body() _: NoBody) {
    return this.changes.pin(actor, roomId, messageId, true)
  }

  @Delete()
  @Endpoint({
    access: 'tenant',
    summary: 'Take the pin from a message',
    description: 'It may be repeated. A deletion does it, too.',
    answers: 204,
    errors: [
      'room_not_found',
      'message_not_found',
      'not_a_member',
      'removed',
      'forbidden',
      'blocked',
      'room_archived',
      'overloaded',
    ],
  })
  async remove(@Caller() actor: Actor, @Id('room_id') roomId: string, @Id('message_id') messageId: string) {
    await this.changes.pin(actor, roomId, messageId, false)
  }
}
