import { Body, Controller, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { SystemMessageView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { SystemMessageDto } from './system-messages.dto.js'
import { SystemMessagesService } from './system-messages.service.js'

@ApiTags('internal')
@Controller('send-system-message')
export class SystemMessagesController {
  constructor(private readonly system: SystemMessagesService) {}

  @Post()
  @Endpoint({
    access: 'internal',
    summary: 'Say something to a room in nobody’s name',
    description:
      'In a stored room it is a message of `type: system` with a `seq`, answered when it is on disk. An ephemeral room ' +
      'hears it if somebody is there, and keeps nothing.',
    answers: SystemMessageView,
    counts: 'message',
    errors: ['room_not_found', 'room_archived', 'quota_exceeded', 'overloaded'],
  })
  send(@Caller() actor: Actor, @Body() body: SystemMessageDto) {
    return this.system.send(actor, body)
  }
}
