import { Injectable } from '@nestjs/common'
import type { PersonKey, RoomKey } from '../contract/ports.js'
import { alone } from '../infra/database/alone.js'
import { Database, type Runner } from '../infra/database/database.js'
import type { Stream } from './livestreams.dto.js'

/** What is done to one stream, alone, while nobody else opens or closes it. */
export interface StreamWork {
  tx: Runner
  /** As it is now; null if there is none. */
  stream: Stream | null
  insert: (roomId: string, streamerId: string) => Promise<Stream>
  setActive: (active: boolean) => Promise<Stream>
}

@Injectable()
export class LivestreamsRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string, streamId: string): Promise<Stream | null> {
    const [row] = await this.database.of(tenantId).prepared<Stream & object>('stream', finding, [tenantId, streamId])
    return row ?? null
  }

  /** The one whose room it is. */
  async ofRoom(tenantId: string, roomId: string): Promise<Stream | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<Stream & object>('stream_of_room', ofRoom, [tenantId, roomId])
    return row ?? null
  }

  /** Of rooms of any tenants, each in its place; null where there is none. */
  async ofRooms(rooms: readonly RoomKey[]): Promise<(Stream | null)[]> {
    const [tenantIds, roomIds] = [rooms.map(({ tenantId }) => tenantId), rooms.map(({ roomId }) => roomId)]
    const rows = await this.database
      .of(...tenantIds)
      .prepared<Stream & { place: number }>('streams_of_rooms', ofRooms, [tenantIds, roomIds])
    const byPlace = new Map(rows.map((row) => [row.place, row]))
    return rooms.map((_, index) => byPlace.get(index + 1) ?? null)
  }

  /** Those of a person, after this one. */
  ofStreamer({ tenantId, userId }: PersonKey, after: string | null, limit: number): Promise<Stream[]> {
    return this.database.of(tenantId).query<Stream>(ofStreamer, [tenantId, userId, after, limit])
  }

  change<T>(tenantId: string, streamId: string, work: (stream: StreamWork) => Promise<T>): Promise<T> {
    return alone(this.database, tenantId, `stream:${streamId}`, async (tx) => {
      const one = async (sql: string, ...values: unknown[]): Promise<Stream | null> =>
        (await tx.query<Stream>(sql, [tenantId, streamId, ...values]))[0] ?? null
      return work({
        tx,
        stream: await one(finding),
        insert: async (roomId, streamerId) => (await one(inserting, roomId, streamerId))!,
        setActive: async (active) => (await one(setting, active))!,
      })
    })
  }
}

const columns = 'stream_id, room_id, streamer_id, active, created_at, closed_at'

const finding = `SELECT ${columns} FROM chat_threads WHERE tenant_id = $1 AND stream_id = $2`

const ofRoom = `SELECT ${columns} FROM chat_threads WHERE tenant_id = $1 AND room_id = $2`

const ofRooms = `
  SELECT i.place::int AS place, ${columns.replace(/\w+/g, 't.$&')}
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS i (tenant_id, room_id, place)
  JOIN chat_threads t ON t.tenant_id = i.tenant_id AND t.room_id = i.room_id`

const inserting = `
  INSERT INTO chat_threads (tenant_id, stream_id, room_id, streamer_id) VALUES ($1, $2, $3, $4) RETURNING ${columns}`

const setting = `
  UPDATE chat_threads SET active = $3, closed_at = CASE WHEN $3 THEN NULL ELSE clock_timestamp() END
  WHERE tenant_id = $1 AND stream_id = $2 RETURNING ${columns}`

const ofStreamer = `
  SELECT ${columns} FROM chat_threads
  WHERE tenant_id = $1 AND streamer_id = $2 AND ($3::text IS NULL OR stream_id > $3) ORDER BY stream_id LIMIT $4`
