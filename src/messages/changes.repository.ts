import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import type { Patience } from './append.sql.js'
import { change, edits } from './change.sql.js'
import type { NewChange, Patch } from './entries.js'
import type { MessageEditRow, MessageRow } from './messages.dto.js'
import { searchable } from './search-text.js'

@Injectable()
export class ChangesRepository {
  constructor(private readonly database: Database) {}

  /** Stores in one commit what can be stored, now or in its turn: the changed message in each one's place, or null. */
  async change(changes: NewChange[], patience: Patience): Promise<(MessageRow | null)[]> {
    const database = this.database.of(...changes.map(({ tenantId }) => tenantId))
    const rows = await database[patience === 'now' ? 'swiftly' : 'prepared']<MessageRow & { place: number }>(
      `change ${patience}`,
      change(patience),
      columnsOf(changes),
    )
    const byPlace = new Map(rows.map((row) => [row.place, row]))
    return changes.map((_, index) => byPlace.get(index + 1) ?? null)
  }

  /** What edits after this one replaced, the oldest first. */
  before(tenantId: string, messageId: string, afterRev: number, limit: number): Promise<MessageEditRow[]> {
    const values = [tenantId, messageId, afterRev, limit]
    return this.database.of(tenantId).prepared<MessageEditRow>('message_edits', edits, values)
  }
}

const valuesOf = ({ tenantId, roomId, messageId, by, patch, does, rev }: NewChange): unknown[] => [
  tenantId,
  roomId,
  messageId,
  by && by.userId,
  by && by.roleId,
  by && by.roomRole,
  JSON.stringify(withWords(patch)),
  does,
  rev,
]

/** With another text it has other words. */
function withWords(patch: Patch): object {
  if (patch.content === undefined) return patch
  return { ...patch, words: patch.content && (searchable(patch.content) ?? patch.content) }
}

function columnsOf(changes: NewChange[]): unknown[][] {
  const rows = changes.map(valuesOf)
  return rows[0]!.map((_, column) => rows.map((row) => row[column]))
}
