import { Injectable } from '@nestjs/common'
import { isUUID } from 'class-validator'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import { LivestreamsService } from '../livestreams/livestreams.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { Address } from './addresses.js'
import type { Connection } from './connection.js'
import type { Place, PlainDialect } from './dialects/dialect.js'
import { roomDialect } from './dialects/room.dialect.js'
import { roomsDialect } from './dialects/rooms.dialect.js'
import { streamDialect } from './dialects/stream.dialect.js'
import { WatchingService } from './watching.service.js'

/** How many messages a stream's thread shows to who comes. */
const historySize = 50
/** How far back a guest may go, whatever they have heard already. */
const guestHistorySize = 500

/** What a path of a plain WebSocket was found to mean for whoever asks. */
export interface Opening {
  dialect: PlainDialect
  /** The room that the connection is in from its beginning to its end; none, if it joins rooms by itself. */
  place?: Place
  afterSeq?: number | null
  newest?: number
}

/** What stands behind each path of plain WebSockets. */
@Injectable()
export class OpeningService {
  constructor(
    private readonly watching: WatchingService,
    private readonly rooms: RoomsService,
    private readonly livestreams: LivestreamsService,
  ) {}

  /** Before there is a connection, so that a refusal can be told by a status. Throws what REST would answer. */
  async find({ actor }: Session<Person>, address: Address): Promise<Opening> {
    switch (address.kind) {
      case 'rooms':
        if (actor.guest) throw new ChatError('credentials_missing', 'Send a token.')
        return { dialect: roomsDialect }
      case 'room': {
        if (actor.userId !== address.userId) throw new ChatError('forbidden', 'The path names another user.')
        if (!isUUID(address.roomId)) throw new ChatError('room_not_found', 'There is no room with this id.')
        const { room_id } = await this.rooms.enter(actor, address.roomId)
        return { dialect: roomDialect, place: { roomId: room_id }, afterSeq: address.afterSeq }
      }
      case 'stream': {
        const { room_id, stream_id, streamer_id } = await this.livestreams.requireLive(actor, address.streamId)
        const stream = { roomId: room_id, streamId: stream_id, streamerId: streamer_id }
        const place = { roomId: room_id, stream }
        return { dialect: streamDialect, place, afterSeq: address.afterSeq, newest: historySize }
      }
    }
  }

  /** Brings the connection into the room of its path. What the client asks meanwhile waits for it. */
  async enter(connection: Connection, { place, dialect, afterSeq, newest = 0 }: Opening): Promise<void> {
    if (!place) return
    const { actor } = connection.session
    const from = actor.guest && afterSeq != null ? await this.within(actor, place.roomId, afterSeq) : afterSeq
    await this.watching.watch(connection, place.roomId, { dialect, newest, ...(from != null && { afterSeq: from }) })
  }

  /** As far back as a guest may go: whoever is nobody does not have everything read again and again. */
  private async within(guest: Person, roomId: string, afterSeq: number): Promise<number> {
    const { last_seq } = await this.rooms.get(guest, roomId)
    return Math.max(afterSeq, last_seq - guestHistorySize)
  }
}
