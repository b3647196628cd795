import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'

/** A room as a pass meets it. */
export interface AgedRoom {
  room_id: string
  first_seq: number
  /** Is its oldest message too old, or is something left below `first_seq`? */
  due: boolean
}

const roomsAtOnce = 500
const messagesAtOnce = 500
const beforeAll = '00000000-0000-0000-0000-000000000000'

/**
 * Within a room nobody's `created_at` is before that of an earlier `seq`, so what is too old is found by the primary key:
 * an index by time would be paid for by every send.
 *
 * `first_seq` is raised only when nothing is left of what was below it, and by no more than one batch. So what a crash, or
 * somebody's lock, left undeleted is always in the one batch below it, and no search passes over all that was deleted.
 */
@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  /** Those that do not keep their messages for ever. */
  async tenants(): Promise<string[]> {
    const sql = 'SELECT tenant_id FROM tenants WHERE retention_days IS NOT NULL ORDER BY tenant_id'
    return (await this.database.ofAll.query<{ tenant_id: string }>(sql)).map((row) => row.tenant_id)
  }

  /** The tenant's next rooms, by their id; none if there are no more. */
  rooms(tenantId: string, after = beforeAll): Promise<AgedRoom[]> {
    return this.database.of(tenantId).query<AgedRoom>(rooms, [tenantId, after])
  }

  /** How many messages it deleted just below `firstSeq`. Waits for nobody: what somebody else holds is left. */
  async deleteBelow(tenantId: string, roomId: string, firstSeq: number): Promise<number> {
    const values = [tenantId, roomId, firstSeq]
    const [row] = await this.database.of(tenantId).prepared<{ count: number }>('retention_delete', deleteBelow, values)
    return row!.count
  }

  /** Where the room's history begins from now on; null if it stays, as nothing is too old or another node is at it. */
  async raise(tenantId: string, roomId: string, firstSeq: number): Promise<number | null> {
    const values = [tenantId, roomId, firstSeq]
    const [row] = await this.database.of(tenantId).prepared<{ first_seq: number }>('retention_raise', raise, values)
    return row?.first_seq ?? null
  }
}

const tooOld = `m.created_at < now() - make_interval(days => t.retention_days)`

const below = `m.seq >= $3::bigint - ${messagesAtOnce} AND m.seq < $3`

const rooms = `
  WITH page AS MATERIALIZED (
    SELECT t.retention_days, r.tenant_id, r.chat_room_id, r.first_seq
    FROM tenants t JOIN tb_chat_rooms r ON r.tenant_id = t.tenant_id
    WHERE t.tenant_id = $1 AND t.retention_days IS NOT NULL AND r.tenant_id = $1 AND r.chat_room_id > $2
    ORDER BY r.chat_room_id LIMIT ${roomsAtOnce}
  )
  SELECT t.chat_room_id AS room_id, t.first_seq, EXISTS (
    SELECT FROM tb_messages m
    WHERE m.tenant_id = t.tenant_id AND m.room_id = t.chat_room_id
      AND m.seq >= t.first_seq - ${messagesAtOnce} AND m.seq < t.first_seq
  ) OR EXISTS (
    SELECT FROM tb_messages m
    WHERE m.tenant_id = t.tenant_id AND m.room_id = t.chat_room_id AND m.seq = t.first_seq AND ${tooOld}
  ) AS due
  FROM page t ORDER BY t.chat_room_id`

const deleteBelow = `
  WITH gone AS (
    DELETE FROM tb_messages WHERE tenant_id = $1 AND room_id = $2 AND seq = ANY (ARRAY(
      SELECT m.seq FROM tb_messages m WHERE m.tenant_id = $1 AND m.room_id = $2 AND ${below} FOR UPDATE SKIP LOCKED))
    RETURNING seq
  )
  SELECT count(*)::int AS count FROM gone`

const raise = `
  UPDATE tb_chat_rooms r SET first_seq = old.last + 1
  FROM (
    SELECT max(m.seq) AS last FROM tenants t JOIN tb_messages m ON m.tenant_id = t.tenant_id
    WHERE t.tenant_id = $1 AND m.tenant_id = $1 AND m.room_id = $2
      AND m.seq >= $3 AND m.seq < $3::bigint + ${messagesAtOnce} AND ${tooOld}
  ) old
  WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND r.first_seq = $3 AND old.last IS NOT NULL AND NOT EXISTS (
    SELECT FROM tb_messages m WHERE m.tenant_id = $1 AND m.room_id = $2 AND ${below})
  RETURNING r.first_seq`
