import { Injectable } from '@nestjs/common'
import type { Actor } from '../contract/actor.js'
import { EventBus } from '../contract/ports.js'
import { ephemeralTopic, namesStoredRoom } from '../contract/room-names.js'
import type { SystemMessageView } from '../contract/views.js'
import { MessagesService } from './messages.service.js'
import type { SystemMessageDto } from './system-messages.dto.js'

/** What the backend says in nobody's name, to rooms of whichever kind. */
@Injectable()
export class SystemMessagesService {
  constructor(
    private readonly messages: MessagesService,
    private readonly bus: EventBus,
  ) {}

  async send(actor: Actor, { roomId, message }: SystemMessageDto): Promise<SystemMessageView> {
    if (!namesStoredRoom(roomId)) return this.say(actor, roomId, message)
    const sent = await this.messages.send(actor, roomId.toLowerCase(), { text_message: message })
    return { roomId: sent.message.room_id, message, timestamp: sent.message.created_at }
  }

  /** To who is there; if nobody is, it is said all the same. */
  private say({ tenantId }: Actor, name: string, text: string): SystemMessageView {
    const timestamp = new Date().toISOString()
    this.bus.publish(
      { tenantId, topic: ephemeralTopic(name) },
      { type: 'ephemeral.message', name, sender: null, text, client_message_id: null, created_at: timestamp },
    )
    return { roomId: name, message: text, timestamp }
  }
}
