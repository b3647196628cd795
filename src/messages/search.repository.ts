import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import type { MessageRow } from './messages.dto.js'
import { messageColumns, senderColumns, senderOf } from './messages.sql.js'

export interface SearchFilter {
  /** As `to_tsquery` reads it. */
  query: string
  /** null: whatever the tenant has. */
  roomIds: string[] | null
  authorId: string | null
  since: Date | null
  until: Date | null
  /** Where the page before ended. */
  below: string | null
}

@Injectable()
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /** The newest messages first. */
  find(tenantId: string, filter: SearchFilter, limit: number): Promise<MessageRow[]> {
    const { query, roomIds, authorId, since, until, below } = filter
    return this.database
      .of(tenantId)
      .prepared<MessageRow>('search', found, [
        tenantId,
        roomIds,
        query,
        authorId,
        since,
        until,
        since ? idAt(since, -clocksApartMs) : first,
        least(below ?? last, until ? idAt(until, clocksApartMs) : last),
        limit,
      ])
  }
}

/** A message's id holds the time at which a node made it, by its own clock; the database's says when it was sent. */
const clocksApartMs = 3_600_000

const [first, last] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

const least = (a: string, b: string): string => (a < b ? a : b)

/** The least id of version 7 that was made then. */
function idAt(time: Date, offsetMs: number): string {
  const hex = Math.max(0, time.getTime() + offsetMs)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

const found = `
  SELECT ${messageColumns('m')}, ${senderColumns}
  FROM search_messages($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS f (message_id, place)
  JOIN tb_messages m ON m.tenant_id = $1 AND m.message_id = f.message_id
  ${senderOf('m')}
  ORDER BY f.place`
