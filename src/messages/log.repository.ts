import { Injectable } from '@nestjs/common'
import type { Position } from '../contract/events.js'
import { MessageLog, type Missed, type RoomKey } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import * as sql from './messages.sql.js'
import { toMissed, type MissedInRoom, type MissedRow } from './missed.js'

/** How many messages, and how many changes, the hub reads in one piece. */
const piece = 200
/** What `missed` answers of one room, and of all the rooms of a call: beyond that a client pages. */
const [maxInRoom, maxInAll] = [500, 2000]
const maxBytes = 16_777_216

type When = Parameters<MessageLog['after']>[2]

export interface RoomPosition {
  roomId: string
  after: Position
}

/** The log as whoever listens reads it: what came after a position, messages and changes in one snapshot. */
@Injectable()
export class LogRepository extends MessageLog {
  constructor(private readonly database: Database) {
    super()
  }

  /** By room id, what the reader missed in each of the rooms, in one query; none for a room that is not there. */
  async missed(tenantId: string, readerId: string, rooms: RoomPosition[]): Promise<Map<string, MissedInRoom>> {
    const found = await this.read(tenantId, readerId, rooms, maxInRoom, 'in turn')
    return new Map(rooms.flatMap(({ roomId }, index) => (found[index] ? [[roomId, found[index]]] : [])))
  }

  async after({ tenantId, roomId }: RoomKey, position: Position, when: When): Promise<Missed | null> {
    const [missed] = await this.read(tenantId, null, [{ roomId, after: position }], piece, when)
    return missed ?? null
  }

  async heads(rooms: RoomKey[]): Promise<(Position | null)[]> {
    const [tenantIds, roomIds] = [rooms.map(({ tenantId }) => tenantId), rooms.map(({ roomId }) => roomId)]
    const rows = await this.database
      .of(...tenantIds)
      .reading<{ place: number; last_seq: number; last_rev: number }>('heads', sql.heads, [tenantIds, roomIds])
    const byPlace = new Map(rows.map(({ place, last_seq, last_rev }) => [place, { seq: last_seq, rev: last_rev }]))
    return rooms.map((_, index) => byPlace.get(index + 1) ?? null)
  }

  private async read(tenantId: string, readerId: string | null, rooms: RoomPosition[], limit: number, when: When) {
    const database = this.database.of(tenantId)
    const values: unknown[] = [
      tenantId,
      readerId,
      rooms.map(({ roomId }) => roomId),
      rooms.map(({ after }) => after.seq),
      rooms.map(({ after }) => after.rev),
      limit + 1,
      maxInAll,
      maxBytes,
    ]
    const rows = await (when === 'now'
      ? database.reading<MissedRow>('missed', sql.missed, values)
      : database.prepared<MissedRow>('missed', sql.missed, values))
    const byPlace = new Map<number, MissedRow[]>()
    for (const row of rows) {
      const others = byPlace.get(row.place)
      if (others) others.push(row)
      else byPlace.set(row.place, [row])
    }
    return rooms.map((_, index) => {
      const found = byPlace.get(index + 1)
      return found && toMissed(found, limit)
    })
  }
}
