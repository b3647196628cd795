import { Body, Controller, Delete, Param, Put } from '@nestjs/common'
import { ApiParam, ApiTags } from '@nestjs/swagger'
import type { Person } from '../contract/actor.js'
import { MessageView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { ReactionsService } from './reactions.service.js'

const emojiParam = ApiParam({
  name: 'emoji',
  schema: { type: 'string', minLength: 1, maxLength: 64 },
  example: '👍',
  description: 'One emoji',
})

@ApiTags('message')
@Controller('room/:room_id/message/:message_id/reaction')
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Put(':emoji')
  @Endpoint({
    access: 'user',
    summary: 'React to a message',
    description:
      'Any emoji, once a person and emoji: it may be repeated. ❤ is taken for ❤️, as every sign that is shown as text or ' +
      'as an emoji. The room is told by `reaction_added`.',
    answers: MessageView,
    errors: [
      'room_not_found',
      'message_not_found',
      'not_a_member',
      'removed',
      'blocked',
      'room_archived',
      'message_deleted',
      'too_many_reactions',
      'overloaded',
    ],
  })
  @emojiParam
  add(
    @Caller() actor: Person,
    @Id('room_id') roomId: string,
    @Id('message_id') messageId: string,
    @Param('emoji') emoji: string,
    @Body() _: NoBody,
  ) {
    return this.reactions.add(actor, roomId, messageId, emoji)
  }

  @Delete(':emoji')
  @Endpoint({
    access: 'user',
    summary: 'Take back a reaction of one’s own',
    description: 'It may be repeated. The room is told by `reaction_removed`.',
    answers: 204,
    errors: ['room_not_found', 'message_not_found', 'not_a_member', 'removed', 'overloaded'],
  })
  @emojiParam
  async remove(
    @Caller() actor: Person,
    @Id('room_id') roomId: string,
    @Id('message_id') messageId: string,
    @Param('emoji') emoji: string,
  ) {
    await this.reactions.remove(actor, roomId, messageId, emoji)
  }
}
