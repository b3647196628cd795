import { Injectable } from '@nestjs/common'
import type { PersonKey, Turn } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import * as sql from './presence.sql.js'
import { keyOf } from './sightings.js'

export interface StatusRow {
  tenant_id: string
  user_id: string
  is_online: boolean
  last_seen: Date | null
  invisible: boolean
}

export interface Written {
  turn: Turn
  /** null if it is so already, or could not be written. */
  changed: StatusRow | null
  /** Somebody is changing the user: to be tried again. */
  waits: boolean
}

type WrittenRow = { place: number; waits: boolean } & (StatusRow | { [K in keyof StatusRow]: null })

@Injectable()
export class PresenceRepository {
  constructor(private readonly database: Database) {}

  /** The row as it was. */
  async forget({ tenantId, userId }: PersonKey): Promise<StatusRow | null> {
    const sql = 'DELETE FROM tb_user_status WHERE tenant_id = $1 AND user_id = $2 RETURNING *'
    const [row] = await this.database.of(tenantId).query<StatusRow>(sql, [tenantId, userId])
    return row ?? null
  }

  /** In one statement that waits for no user. Of who is no more nothing is written, and nothing waits. */
  async write(turns: Turn[]): Promise<Written[]> {
    const database = this.database.of(...turns.map(({ tenantId }) => tenantId))
    const rows = await database.prepared<WrittenRow>('presence_write', sql.writing, [
      ...keysOf(turns),
      turns.map(({ isOnline }) => isOnline),
      turns.map(({ atMs }) => (atMs === null ? null : new Date(atMs).toISOString())),
    ])
    return rows.map(({ place, waits, ...row }) => ({
      turn: turns[place - 1]!,
      changed: row.user_id === null ? null : row,
      waits,
    }))
  }

  /** Whom to tell of each of these people, in their order. */
  async watchers(people: PersonKey[], roomMax: number): Promise<string[][]> {
    const database = this.database.of(...people.map(({ tenantId }) => tenantId))
    const values = [...keysOf(people), roomMax]
    type Row = { tenant_id: string; user_id: string; watchers: string[] }
    const rows = await database.prepared<Row>('presence_watchers', sql.watching, values)
    const found = new Map(rows.map(({ tenant_id, user_id, watchers }) => [`${tenant_id}:${user_id}`, watchers]))
    return people.map((person) => found.get(keyOf(person)) ?? [])
  }

  /** `hidden`: the user has blocked the viewer. null if there is no such user. */
  async find(tenantId: string, userId: string, viewerId: string | null) {
    const database = this.database.of(tenantId)
    const values = [tenantId, userId, viewerId]
    const [row] = await database.prepared<StatusRow & { hidden: boolean }>('presence_of', sql.finding, values)
    return row ?? null
  }

  /** The row if that changed it. */
  async hide({ tenantId, userId }: PersonKey, invisible: boolean): Promise<StatusRow | null> {
    const [row] = await this.database.of(tenantId).query<StatusRow>(sql.hiding, [tenantId, userId, invisible])
    return row ?? null
  }

  /** People who are written as online, of all tenants, some at a time. */
  async online(after: PersonKey | undefined, limit: number): Promise<PersonKey[]> {
    const values = [after?.tenantId ?? null, after?.userId ?? null, limit]
    const rows = await this.database.ofAll.query<StatusRow>(sql.online, values)
    return rows.map(({ tenant_id, user_id }) => ({ tenantId: tenant_id, userId: user_id }))
  }

  /** Writes of everybody who is there that they were seen now. */
  async seeAll(): Promise<void> {
    await this.database.ofAll.query(sql.seeing)
  }
}

const keysOf = (people: PersonKey[]): [tenantIds: string[], userIds: string[]] => [
  people.map(({ tenantId }) => tenantId),
  people.map(({ userId }) => userId),
]
