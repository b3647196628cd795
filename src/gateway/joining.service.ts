import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { ChatError, failures, type Problem } from '../contract/errors.js'
import type { ChatEvent, Position } from '../contract/events.js'
import { MessageLog, type Missed } from '../contract/ports.js'
import type { HeadView, MyRoomView } from '../contract/views.js'
import { LivestreamsService } from '../livestreams/livestreams.service.js'
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
  /** For developers, of a stream. */
  streamKey?: string
  /** How many messages of before are shown. */
  newest: number
  /** In their place, all after this one. */
  afterSeq?: number | null
  /** In one piece. */
  atOnce?: boolean
}

interface Telling extends Watching {
  subscription: Subscription
  roomId: string
  stream: Stream | null
}

@Injectable()
export class JoiningService {
  constructor(
    private readonly hub: Hub,
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
    private readonly log: MessageLog,
    private readonly livestreams: LivestreamsService,
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
      await this.crowd(connection, room)
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
    const subscription = this.hub.subscribe(connection, roomId, how.dialect)
    try {
      const room = await this.rooms.enter(connection.session.actor, roomId)
      const stream = await this.crowd(connection, room)
      const telling: Telling = { ...how, subscription, roomId, stream }
      this.tellOne(telling, joinedEvent(roomId, how))
      const afterSeq = how.afterSeq ?? Math.max(room.first_seq - 1, room.last_seq - how.newest)
      const position = await this.replay(telling, { seq: afterSeq, rev: room.last_rev })
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

  /** Of a livestream's room, that its listeners are a crowd. */
  private async crowd(connection: Connection, room: MyRoomView): Promise<Stream | null> {
    if (room.type !== 'livestream') return null
    const { tenantId } = connection.session.actor
    const found = await this.livestreams.ofRoom(tenantId, room.room_id)
    if (!found) throw new ChatError('room_not_found', 'There is no room with this id.')
    const stream = { roomId: room.room_id, streamId: found.stream_id, streamerId: found.streamer_id }
    this.hub.isStream(connection, stream)
    return stream
  }

  private tellOne({ subscription: { connection, dialect }, stream }: Telling, event: ChatEvent): void {
    this.hub.tell([[connection, dialect]], event, stream)
  }

  /** Tells what the log has after a position, however much it is; null if the connection does not listen any more. */
  private async replay(telling: Telling, from: Position): Promise<Position | null> {
    const { subscription, roomId, atOnce } = telling
    const { tenantId } = subscription.connection.session.actor
    const said: ChatEvent[] = []
    for (let missed: Missed | null, at = from; ; at = missed.position) {
      missed = await this.log.after({ tenantId, roomId }, at)
      if (!missed) throw new ChatError('room_not_found', 'There is no room with this id.')
      for (const event of missed.events) {
        if (!this.hub.isJoining(subscription, roomId)) return null
        if (atOnce) said.push(event)
        else this.tellOne(telling, event)
        await subscription.connection.drained()
      }
      if (!missed.complete) continue
      if (atOnce) this.tellOne(telling, historyEvent(roomId, said))
      return missed.position
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

const joinedEvent = (room_id: string, { streamKey }: Watching): ChatEvent => ({
  type: 'room.joined',
  room_id,
  ...(streamKey !== undefined && { stream_key: streamKey }),
})

const historyEvent = (room_id: string, said: ChatEvent[]): ChatEvent => ({
  type: 'room.history',
  room_id,
  messages: said.flatMap((event) => (event.type === 'message.created' ? [event.message] : [])),
})

const isPassing = (error: unknown): boolean => !(error instanceof ChatError) || failures.get(error.code)!.retryable

/** Who does not say what they have is told nothing of what was. */
const positionOf = (seq = Number.MAX_SAFE_INTEGER, rev = Number.MAX_SAFE_INTEGER): Position => ({ seq, rev })
