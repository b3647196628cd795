import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { ChatError, type Problem } from '../contract/errors.js'
import type { Position } from '../contract/events.js'
import type { HeadView, MyRoomView } from '../contract/views.js'
import { MessagesService, type MissedInRoom } from '../messages/messages.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { JoinRoomDto, LeaveRoomDto, RoomPositionDto, SyncRoomsDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { giveUp } from './giving-up.js'
import { Hub } from './hub.js'
import type { Subscription } from './room-channel.js'
import { WatchingService } from './watching.service.js'

/** Up to `last_seq` and `last_rev` the client was told everything, or finds it in the history. What is later comes later. */
interface Told {
  last_seq: number
  last_rev: number
  /** Was everything told that came after what the client had? If not, the rest is paged by REST. */
  complete: boolean
}

export interface Joined extends Told {
  room: MyRoomView
}

export type Synced = (HeadView & Told & { first_seq: number }) | { room_id: string; error: Problem }

@Injectable()
export class JoiningService {
  constructor(
    private readonly hub: Hub,
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
    private readonly watching: WatchingService,
  ) {}

  /**
   * Listens first, reads what was missed then, and only then lets through what happened meanwhile: nothing between
   * history and live is lost or told twice. A removal that happens in between ends the listening as any other does.
   */
  async join(connection: Connection, input: JoinRoomDto): Promise<Joined> {
    if (input.after_seq === undefined && input.after_rev === undefined) {
      const position = this.hub.position(connection, input.room_id)
      const isSame = this.hub.dialectIn(connection, input.room_id) === connection.dialect
      if (position && isSame) return this.stay(connection, input)
      // It goes on where it was, in other words.
      if (position) return this.join(connection, { ...input, after_seq: position.seq, after_rev: position.rev })
    }
    const subscription = this.hub.subscribe(connection, input.room_id)
    try {
      const room = await this.rooms.enter(connection.session.actor, input.room_id)
      const missed = (await this.missed(connection, [input])).get(input.room_id)
      const told = missed?.isMember && (await this.tell(subscription, input.room_id, missed))
      // Whoever was removed while it was read is asked again whether they may come in.
      return told ? { room, ...told } : await this.join(connection, input)
    } catch (error) {
      giveUp(this.hub, subscription, input.room_id, error)
      throw error
    }
  }

  /** Joins many rooms that the caller is a member of, in one query; the others one by one, as `join` does. */
  async sync(connection: Connection, { rooms }: SyncRoomsDto): Promise<{ rooms: Synced[] }> {
    const subscriptions = new Map(rooms.map(({ room_id }) => [room_id, this.hub.subscribe(connection, room_id)]))
    try {
      const missed = await this.missed(connection, rooms)
      const synced: Synced[] = []
      for (const room of rooms) {
        synced.push(await this.syncOne(subscriptions.get(room.room_id)!, room, missed.get(room.room_id)))
      }
      return { rooms: synced }
    } catch (error) {
      for (const [roomId, subscription] of subscriptions) giveUp(this.hub, subscription, roomId, error)
      throw error
    }
  }

  /** Stops this socket listening. The membership stays. */
  async leave(connection: Connection, { room_id }: LeaveRoomDto): Promise<{ room_id: string }> {
    this.hub.unsubscribe(connection, room_id)
    return { room_id }
  }

  /** Who listens already is told how the room is, and goes on listening. */
  private async stay(connection: Connection, input: JoinRoomDto): Promise<Joined> {
    const room = await this.rooms.enter(connection.session.actor, input.room_id)
    const position = this.hub.position(connection, input.room_id)
    if (!position) return this.join(connection, input)
    return { room, last_seq: position.seq, last_rev: position.rev, complete: true }
  }

  private async syncOne(subscription: Subscription, input: RoomPositionDto, missed?: MissedInRoom): Promise<Synced> {
    const { room_id } = input
    try {
      const told = missed?.isMember && (await this.tell(subscription, room_id, missed))
      if (told) return { room_id, first_seq: missed.firstSeq, ...told }
      const { room, ...joined } = await this.join(subscription.connection, input)
      return { room_id, first_seq: room.first_seq, ...joined }
    } catch (error) {
      if (!(error instanceof ChatError) || error.status >= 500) throw error
      return { room_id, error: error.problem(uuid()) }
    }
  }

  private missed({ session }: Connection, rooms: RoomPositionDto[]): Promise<Map<string, MissedInRoom>> {
    return this.messages.missed(
      session.actor,
      rooms.map(({ room_id, after_seq, after_rev }) => ({ roomId: room_id, after: positionOf(after_seq, after_rev) })),
    )
  }

  /** null if the connection does not listen any more. */
  private async tell(subscription: Subscription, roomId: string, missed: MissedInRoom): Promise<Told | null> {
    const { connection } = subscription
    if (missed.isCrowd) await this.watching.crowd(connection, roomId)
    for (const event of missed.events) {
      if (!this.hub.isJoining(subscription, roomId)) return null
      this.hub.write([connection], event)
      // As fast as the client reads, and no faster: it is not one that has stopped reading.
      await connection.drained()
    }
    await this.hub.release(subscription, roomId, missed.head)
    const position = this.hub.position(connection, roomId)
    return position && { last_seq: position.seq, last_rev: position.rev, complete: missed.complete }
  }
}

/** Who does not say what they have is told nothing of what was. */
const positionOf = (seq = Number.MAX_SAFE_INTEGER, rev = Number.MAX_SAFE_INTEGER): Position => ({ seq, rev })
