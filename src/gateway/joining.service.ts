import { Injectable } from '@nestjs/common'
import type { MyRoomView } from '../contract/views.js'
import { MessagesService } from '../messages/messages.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { JoinRoomDto, LeaveRoomDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { Hub, type Subscription } from './hub.js'

export interface Joined {
  room: MyRoomView
  /** Up to here the client was told everything, or finds it in the history. What is later comes later. */
  last_seq: number
  last_rev: number
  /** Was everything after `after_seq` told? If not, the rest is paged by REST. */
  complete: boolean
}

@Injectable()
export class JoiningService {
  constructor(
    private readonly hub: Hub,
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
  ) {}

  /**
   * Listens first, reads what was missed then, and only then lets through what happened meanwhile: nothing between
   * history and live is lost or told twice. A removal that happens in between ends the listening as any other does.
   */
  async join(connection: Connection, input: JoinRoomDto): Promise<Joined> {
    const subscription = this.hub.subscribe(connection, input.room_id)
    try {
      const room = await this.rooms.enter(connection.session.actor, input.room_id)
      const { seq, complete } = await this.catchUp(subscription, room, input.after_seq)
      const last_seq = this.hub.release(subscription, seq)
      return { room, last_seq, last_rev: room.last_rev, complete }
    } catch (error) {
      this.hub.unsubscribe(connection, input.room_id)
      throw error
    }
  }

  /** Stops this socket listening. The membership stays. */
  async leave(connection: Connection, { room_id }: LeaveRoomDto): Promise<{ room_id: string }> {
    this.hub.unsubscribe(connection, room_id)
    return { room_id }
  }

  private async catchUp({ connection }: Subscription, room: MyRoomView, afterSeq?: number) {
    if (afterSeq === undefined) return { seq: room.last_seq, complete: true }
    const { messages, complete } = await this.messages.missed(connection.session.actor, room.room_id, afterSeq)
    for (const message of messages) this.hub.write(connection, { type: 'message.created', message })
    return { seq: Math.max(room.last_seq, messages.at(-1)?.seq ?? 0), complete }
  }
}
