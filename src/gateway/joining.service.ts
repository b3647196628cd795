import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { ChatError, failures, type Problem } from '../contract/errors.js'
import type { ChatEvent, Position } from '../contract/events.js'
import { MessageLog } from '../contract/ports.js'
import type { HeadView, MyRoomView } from '../contract/views.js'
import { MessagesService, type MissedInRoom } from '../messages/messages.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { JoinRoomDto, LeaveRoomDto, RoomPositionDto, SyncRoomsDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import { Hub } from './hub.js'
import type { Subscription } from './room-channel.js'

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

/** How a room is shown to who watches it. */
export interface Watching {
  dialect: Dialect
  stream?: Stream | null
  /** For developers, of a stream. */
  streamKey?: string
  /** How many messages of before are shown. */
  newest: number
  /** In their place, all after this one. */
  afterSeq?: number | null
  /** In one piece. */
  atOnce?: boolean
}

@Injectable()
export class JoiningService {
  constructor(
    private readonly hub: Hub,
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
    private readonly log: MessageLog,
  ) {}

  /**
   * Listens first, reads what was missed then, and only then lets through what happened meanwhile: nothing between
   * history and live is lost or told twice. A removal that happens in between ends the listening as any other does.
   */
  async join(connection: Connection, input: JoinRoomDto): Promise<Joined> {
    if (input.after_seq === undefined && input.after_rev === undefined) {
      const position = this.hub.position(connection, input.room_id)
      if (position) return this.stay(connection, input)
    }
    const subscription = this.hub.subscribe(connection, input.room_id)
    try {
      const room = await this.rooms.enter(connection.session.actor, input.room_id)
      const missed = (await this.missed(connection, [input])).get(input.room_id)
      const told = missed?.isMember && (await this.tell(subscription, input.room_id, missed))
      // Whoever was removed while it was read is asked again whether they may come in.
      return told ? { room, ...told } : await this.join(connection, input)
    } catch (error) {
      this.giveUp(subscription, input.room_id, error)
      throw error
    }
  }

  /**
   * The same for who is shown what was said before: the newest messages, or all after the one that they have. A livestream
   * is told as to a crowd. Answers the room as it was entered.
   */
  async watch(connection: Connection, roomId: string, how: Watching): Promise<MyRoomView> {
    const { actor } = connection.session
    const subscription = this.hub.subscribe(connection, roomId, how.dialect)
    try {
      if (how.stream) this.hub.isStream(connection, how.stream)
      const room = await this.rooms.enter(actor, roomId)
      const joined = {
        type: 'room.joined',
        room_id: roomId,
        ...(how.streamKey !== undefined && { stream_key: how.streamKey }),
      } as const
      this.hub.tell([[connection, how.dialect]], joined, how.stream)
      const afterSeq = how.afterSeq ?? Math.max(room.first_seq - 1, room.last_seq - how.newest)
      const position = await this.replay(subscription, roomId, { seq: afterSeq, rev: room.last_rev }, how)
      if (position) await this.hub.release(subscription, roomId, position)
      return room
    } catch (error) {
      this.giveUp(subscription, roomId, error)
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
      for (const [roomId, subscription] of subscriptions) this.giveUp(subscription, roomId, error)
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

  /** Tells what the log has after a position, however much it is; null if the connection does not listen any more. */
  private async replay(
    subscription: Subscription,
    roomId: string,
    from: Position,
    how: Watching,
  ): Promise<Position | null> {
    const { connection } = subscription
    const said: ChatEvent[] = []
    for (let at = from; ;) {
      const missed = await this.log.after({ tenantId: connection.session.actor.tenantId, roomId }, at)
      if (!missed) throw new ChatError('room_not_found', 'There is no room with this id.')
      for (const event of missed.events) {
        if (!this.hub.isJoining(subscription, roomId)) return null
        if (how.atOnce) said.push(event)
        else this.hub.tell([[connection, how.dialect]], event, how.stream)
        await connection.drained()
      }
      at = missed.position
      if (!missed.complete) continue
      if (how.atOnce) this.hub.tell([[connection, how.dialect]], historyOf(roomId, said), how.stream)
      return at
    }
  }

  /** null if the connection does not listen any more. */
  private async tell(subscription: Subscription, roomId: string, missed: MissedInRoom): Promise<Told | null> {
    const { connection } = subscription
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

  /** Who listened before and asked again in vain, because the database was away, goes on listening where they were. */
  private giveUp(subscription: Subscription, roomId: string, error: unknown): void {
    if (!this.hub.isJoining(subscription, roomId)) return
    if (subscription.before && isPassing(error)) void this.hub.release(subscription, roomId, subscription.before)
    else this.hub.unsubscribe(subscription.connection, roomId)
  }
}

const historyOf = (room_id: string, said: ChatEvent[]): ChatEvent => ({
  type: 'room.history',
  room_id,
  messages: said.flatMap((event) => (event.type === 'message.created' ? [event.message] : [])),
})

const isPassing = (error: unknown): boolean => !(error instanceof ChatError) || failures.get(error.code)!.retryable

/** Who does not say what they have is told nothing of what was. */
const positionOf = (seq = Number.MAX_SAFE_INTEGER, rev = Number.MAX_SAFE_INTEGER): Position => ({ seq, rev })
