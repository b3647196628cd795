import { Injectable } from '@nestjs/common'
import { ChatError, failures } from '../contract/errors.js'
import type { MessageView, MyRoomView } from '../contract/views.js'
import { MessagesService } from '../messages/messages.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { JoinRoomDto, LeaveRoomDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { Hub } from './hub.js'
import type { Subscription } from './room-channel.js'

export interface Joined {
  room: MyRoomView
  /** Up to here the client was told everything, or finds it in the history. What is later comes later. */
  last_seq: number
  last_rev: number
  /** Was everything after `after_seq` told? If not, the rest is paged by REST. */
  complete: boolean
}

interface Missed {
  messages: MessageView[]
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
    const before = this.hub.subscription(connection, input.room_id)
    if (before && input.after_seq === undefined) return this.stay(before, input)
    const subscription = this.hub.subscribe(connection, input.room_id)
    try {
      const room = await this.rooms.enter(connection.session.actor, input.room_id)
      const missed = await this.missed(connection, room, input.after_seq)
      // Whoever was removed while it was read is not told it, but asked again whether they may come in.
      if (!this.isCurrent(subscription, input.room_id)) return await this.join(connection, input)
      return this.tell(subscription, room, missed)
    } catch (error) {
      this.giveUp(subscription, input.room_id, isPassing(error) ? before : undefined)
      throw error
    }
  }

  /** Stops this socket listening. The membership stays. */
  async leave(connection: Connection, { room_id }: LeaveRoomDto): Promise<{ room_id: string }> {
    this.hub.unsubscribe(connection, room_id)
    return { room_id }
  }

  /** Who listens already is told how the room is, and goes on listening. */
  private async stay(subscription: Subscription, input: JoinRoomDto): Promise<Joined> {
    const room = await this.rooms.enter(subscription.connection.session.actor, input.room_id)
    if (!this.isCurrent(subscription, input.room_id)) return this.join(subscription.connection, input)
    return { room, last_seq: subscription.lastSeq, last_rev: room.last_rev, complete: true }
  }

  private async missed({ session }: Connection, room: MyRoomView, afterSeq?: number): Promise<Missed> {
    if (afterSeq === undefined) return { messages: [], complete: true }
    return this.messages.missed(session.actor, room.room_id, afterSeq)
  }

  private tell(subscription: Subscription, room: MyRoomView, { messages, complete }: Missed): Joined {
    for (const message of messages) this.hub.write(subscription.connection, { type: 'message.created', message })
    const last_seq = this.hub.release(subscription, room.room_id, Math.max(room.last_seq, messages.at(-1)?.seq ?? 0))
    return { room, last_seq, last_rev: room.last_rev, complete }
  }

  /** Who listened before and asked again in vain, because the database was away, goes on listening where they were. */
  private giveUp(subscription: Subscription, roomId: string, before: Subscription | undefined): void {
    if (before && this.isCurrent(subscription, roomId)) this.hub.release(subscription, roomId, before.lastSeq)
    else this.hub.unsubscribe(subscription.connection, roomId)
  }

  private isCurrent(subscription: Subscription, roomId: string): boolean {
    return this.hub.subscription(subscription.connection, roomId) === subscription
  }
}

const isPassing = (error: unknown): boolean => !(error instanceof ChatError) || failures.get(error.code)!.retryable
