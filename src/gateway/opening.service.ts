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
/** How far back a guest may go: whoever is nobody does not have everything read again and again. */
const guestHistorySize = 500

/** What a path of a plain WebSocket was found to mean for whoever asks. */
export interface Opening {
  dialect: PlainDialect
  /** The room that the connection is in from its beginning to its end; none, if it joins rooms by itself. */
  place?: Place
  /** How it is shown what was said before. */
  newest: number
  afterSeq?: number | null
  reach?: number
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
        return { dialect: roomsDialect, newest: 0 }
      case 'room': {
        if (actor.userId !== address.userId) throw new ChatError('forbidden', 'The path names another user.')
        if (!isUUID(address.roomId)) throw new ChatError('room_not_found', 'There is no room with this id.')
        const { room_id } = await this.rooms.enter(actor, address.roomId)
        return { dialect: roomDialect, place: { roomId: room_id }, newest: 0, afterSeq: address.afterSeq }
      }
      case 'stream': {
        const { room_id, stream_id, streamer_id } = await this.livestreams.requireLive(actor, address.streamId)
        const stream = { roomId: room_id, streamId: stream_id, streamerId: streamer_id }
        const place = { roomId: room_id, stream }
        const how = { newest: historySize, afterSeq: address.afterSeq, ...(actor.guest && { reach: guestHistorySize }) }
        return { dialect: streamDialect, place, ...how }
      }
    }
  }

  /** Brings the connection into the room of its path. What the client asks meanwhile waits for it. */
  async enter(connection: Connection, { place, ...how }: Opening): Promise<void> {
    if (place) await this.watching.watch(connection, place.roomId, how)
  }
}
