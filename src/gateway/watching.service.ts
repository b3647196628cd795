import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { stepOf, type ChatEvent, type Position } from '../contract/events.js'
import { MessageLog, type Missed } from '../contract/ports.js'
import type { MyRoomView } from '../contract/views.js'
import { Lifecycle } from '../infra/lifecycle.js'
import { LivestreamsService } from '../livestreams/livestreams.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { Connection } from './connection.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import { giveUp } from './giving-up.js'
import { Hub } from './hub.js'
import type { Subscription } from './room-channel.js'

/** How a room is shown to who watches it. */
interface Watching {
  dialect: Dialect
  /** For developers, of a stream. */
  streamKey?: string
  /** How many messages of before are shown. */
  newest: number
  /** In their place, all after this one. */
  afterSeq?: number | null
  /** How far back that may be. */
  reach?: number
  /** In one piece. */
  atOnce?: boolean
}

interface Telling extends Watching {
  subscription: Subscription
  roomId: string
  stream: Stream | null
}

const roomNotFound = (): ChatError => new ChatError('room_not_found', 'There is no room with this id.')

/** Rooms for whoever is shown what was said before, and then what is new. */
@Injectable()
export class WatchingService {
  constructor(
    private readonly hub: Hub,
    private readonly rooms: RoomsService,
    private readonly log: MessageLog,
    private readonly livestreams: LivestreamsService,
    private readonly lifecycle: Lifecycle,
  ) {}

  /**
   * Listens first, as `joining.service` does: nothing between what was and what is new is lost or told twice. A livestream
   * is told as to a crowd. Answers the room as it was entered.
   */
  async watch(connection: Connection, roomId: string, how: Watching): Promise<MyRoomView> {
    const subscription = this.hub.subscribe(connection, roomId, how.dialect)
    try {
      const room = await this.rooms.enter(connection.session.actor, roomId)
      const stream = room.type === 'livestream' ? await this.crowd(connection, roomId, how.dialect) : null
      await this.show({ ...how, subscription, roomId, stream }, room)
      // Whoever was removed while it was read is asked again whether they may come in.
      return this.hub.position(connection, roomId) ? room : await this.watch(connection, roomId, how)
    } catch (error) {
      giveUp(this.hub, subscription, roomId, error)
      throw error
    }
  }

  /** Of a livestream's room, that its listeners are a crowd. Throws `room_not_found` or `stream_not_found`. */
  async crowd(connection: Connection, roomId: string, dialect = connection.dialect): Promise<Stream> {
    const found = await this.livestreams.ofRoom(connection.session.actor.tenantId, roomId)
    if (!found) throw roomNotFound()
    // It ended between the first look and the listening: that was told before there was anybody to hear it.
    if (!found.active && endsWithStream(dialect, roomId)) {
      throw new ChatError('stream_not_found', 'The stream has ended.')
    }
    const stream = { roomId, streamId: found.stream_id, streamerId: found.streamer_id }
    this.hub.isStream(connection, stream)
    return stream
  }

  /**
   * Who heard the room until now goes on from there: nothing of it is left out by coming once more, and nothing is told
   * twice but what they ask for. What is held may be of before that: it was read for them sooner than it was told.
   */
  private async show(telling: Telling, { first_seq, last_seq, last_rev }: MyRoomView): Promise<void> {
    const { subscription, roomId, newest, afterSeq, reach = Infinity } = telling
    const { before } = subscription
    const since = beforeAll(subscription.held, { seq: last_seq, rev: last_rev })
    const shown = Math.max(first_seq - 1, Math.min(since.seq, last_seq - newest))
    const heard = newest > 0 ? Math.min(shown, before?.seq ?? shown) : (before?.seq ?? shown)
    const from = {
      seq: afterSeq == null ? heard : Math.max(afterSeq, last_seq - reach),
      rev: before?.rev ?? Math.min(since.rev, last_rev),
    }
    const position = await this.replay(telling, from)
    if (position) await this.hub.release(subscription, roomId, position)
  }

  /** Tells what the log has after a position, however much it is; null if the connection does not listen any more. */
  private async replay(telling: Telling, from: Position): Promise<Position | null> {
    const { subscription, roomId, atOnce } = telling
    let missed = await this.read(telling, from)
    this.tell(telling, joinedEvent(telling))
    const said: ChatEvent[] = []
    for (;;) {
      for (const event of missed.events) {
        if (!this.hub.isJoining(subscription, roomId)) return null
        if (atOnce) said.push(event)
        else this.tell(telling, event)
        // As fast as the client reads, and no faster: it is not one that has stopped reading.
        await subscription.connection.drained()
      }
      if (missed.complete) break
      missed = await this.read(telling, missed.position)
    }
    if (atOnce) await this.tellHistory(telling, said)
    return missed.position
  }

  /** No more than the newest, however much was said while it was read. Who was here before hears first what that leaves out. */
  private async tellHistory(telling: Telling, said: ChatEvent[]): Promise<void> {
    const { subscription, roomId, newest } = telling
    const leftOut = said.slice(0, Math.max(0, said.length - newest))
    for (const event of leftOut) {
      if (!isNewTo(subscription, event)) continue
      this.tell(telling, event)
      await subscription.connection.drained()
    }
    this.tell(telling, historyEvent(roomId, said.slice(leftOut.length)))
  }

  /** The next piece. At the end of the service nobody is shown more: they come again and go on from what they have. */
  private async read({ subscription, roomId }: Telling, at: Position): Promise<Missed> {
    this.lifecycle.requireServing()
    const { tenantId } = subscription.connection.session.actor
    const missed = await this.log.after({ tenantId, roomId }, at, 'in turn')
    if (!missed) throw roomNotFound()
    return missed
  }

  private tell({ subscription: { connection, dialect }, stream }: Telling, event: ChatEvent): void {
    this.hub.tell([[connection, dialect]], event, stream)
  }
}

/** What was held happened since it came, and is told to it, whether or not the room was looked at before. */
function beforeAll(held: ChatEvent[] | null, now: Position): Position {
  const from = { ...now }
  for (const event of held ?? []) {
    const step = 'again' in event && event.again ? null : stepOf(event)
    if (step) from[step.count] = Math.min(from[step.count], step.number - 1)
  }
  return from
}

/** To who listened until now; nothing is to who did not. */
function isNewTo({ before }: Subscription, event: ChatEvent): boolean {
  const step = stepOf(event)
  return before !== null && step !== null && step.number > before[step.count]
}

const endsWithStream = (dialect: Dialect, room_id: string): boolean =>
  dialect.ending?.({ type: 'stream.ended', room_id, message: '', ended_at: '' }) !== undefined

const joinedEvent = ({ roomId, streamKey }: Telling): ChatEvent => ({
  type: 'room.joined',
  room_id: roomId,
  ...(streamKey !== undefined && { stream_key: streamKey }),
})

const historyEvent = (room_id: string, said: ChatEvent[]): ChatEvent => ({
  type: 'room.history',
  room_id,
  messages: said.flatMap((event) => (event.type === 'message.created' ? [event.message] : [])),
})
