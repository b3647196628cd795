import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { PageDto } from '../contract/page.js'
import { MessageEditView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { ChangesService } from './changes.service.js'

@ApiTags('message')
@Controller('room/:room_id/message/:message_id/edits')
export class EditsController {
  constructor(private readonly changes: ChangesService) {}

  @Get()
  @Endpoint({
    access: 'tenant',
    summary: 'What a message said before its edits, the oldest first',
    description:
      'For owners and moderators of the room, its members who are the tenant’s admins or moderators, and the backend. ' +
      'The last 100 are kept, and of a deleted message nothing is left.',
    answers: PageOf(MessageEditView),
    errors: ['room_not_found', 'message_not_found', 'not_a_member', 'removed', 'forbidden', 'invalid_cursor'],
  })
  list(
    @Caller() actor: Actor,
    @Id('room_id') roomId: string,
    @Id('message_id') messageId: string,
    @Query() query: PageDto,
  ) {
    return this.changes.history(actor, roomId, messageId, query)
  }
}
