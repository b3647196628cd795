import { Injectable } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { Address } from './addresses.js'
import type { Connection } from './connection.js'
import type { Place, PlainDialect, Stream } from './dialects/dialect.js'
import { roomDialect } from './dialects/room.dialect.js'
import { roomsDialect } from './dialects/rooms.dialect.js'
import { JoiningService } from './joining.service.js'

/** What a path of a plain WebSocket was found to mean for whoever asks. */
export interface Opening {
  dialect: PlainDialect
  /** The room that the connection is in from its beginning to its end; none, if it joins rooms by itself. */
  place?: Place
  stream?: Stream
  afterSeq?: number | null
  newest?: number
}

/** What stands behind each path of plain WebSockets. */
@Injectable()
export class OpeningService {
  constructor(
    private readonly joining: JoiningService,
    private readonly rooms: RoomsService,
  ) {}

  /** Before there is a connection, so that a refusal can be told by a status. Throws what REST would answer. */
  async find({ actor }: Session<Person>, address: Address): Promise<Opening> {
    switch (address.kind) {
      case 'rooms':
        if (actor.guest) throw new ChatError('credentials_missing', 'Send a token.')
        return { dialect: roomsDialect }
      case 'room': {
        if (actor.userId !== address.userId) throw new ChatError('forbidden', 'The path names another user.')
        const { room_id } = await this.rooms.enter(actor, address.roomId)
        return { dialect: roomDialect, place: { roomId: room_id }, afterSeq: address.afterSeq }
      }
      case 'stream':
        throw new ChatError('stream_not_found', 'There is no such stream, or it is not live.')
    }
  }

  /** Brings the connection into the room of its path. What the client asks meanwhile waits for it. */
  async enter(connection: Connection, { place, dialect, stream, afterSeq, newest = 0 }: Opening): Promise<void> {
    if (!place) return
    await this.joining.watch(connection, place.roomId, {
      dialect,
      newest,
      ...(stream && { stream }),
      ...(afterSeq != null && { afterSeq }),
    })
  }
}
