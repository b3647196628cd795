import { setTimeout } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { PersonKey } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import type { MessageEditRow, MessageRow } from './messages.dto.js'
import { messageColumns, senderColumns, senderOf } from './messages.sql.js'

export type OwnMessageRow = MessageRow & { edits: MessageEditRow[] }

/** A version of any message that an edit replaced. */
export type EditRow = MessageEditRow & { message_id: string }

export interface OwnReactionRow {
  message_id: string
  emoji: string
  created_at: Date
}

/** How often, and after what rest, messages are looked for again that somebody else held. */
const [passes, restMs] = [20, 100]

const nil = '00000000-0000-0000-0000-000000000000'

/** The last of those that were looked at, and how many of them somebody else held. */
interface Page {
  room_id: string
  seq: number
  held: number
}

/** What one person sent, wherever. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly database: Database) {}

  /** By room and `seq`, each with what it said before its edits. */
  async sent({ tenantId, userId }: PersonKey, after: OwnMessageRow | null, limit: number): Promise<OwnMessageRow[]> {
    const values = [tenantId, userId, after?.room_id ?? nil, after?.seq ?? 0, limit]
    const rows = await this.database.of(tenantId).query<MessageRow>(sent, values)
    const ids = rows.map(({ message_id }) => message_id)
    const byMessage = new Map<string, MessageEditRow[]>(ids.map((id) => [id, []]))
    for (const { message_id, ...edit } of await this.edits(tenantId, ids)) byMessage.get(message_id)!.push(edit)
    return rows.map((row) => ({ ...row, edits: byMessage.get(row.message_id)! }))
  }

  /** What these messages said before their edits. */
  edits(tenantId: string, messageIds: string[]): Promise<EditRow[]> {
    return this.database.of(tenantId).query<EditRow>(editsOf, [tenantId, messageIds])
  }

  /** Gives an earlier version another text. */
  async rewrite(tenantId: string, { message_id, rev, content }: EditRow): Promise<void> {
    await this.database.of(tenantId).query(rewriting, [tenantId, message_id, rev, content])
  }

  reactions({ tenantId, userId }: PersonKey, after: OwnReactionRow | null, limit: number): Promise<OwnReactionRow[]> {
    const values = [tenantId, userId, after?.message_id ?? nil, after?.emoji ?? '', limit]
    return this.database.of(tenantId).query<OwnReactionRow>(reactions, values)
  }

  /** Nobody sends these again. It holds up nobody: what somebody else holds is tried again later. Throws `unavailable`. */
  async forgetClientIds(person: PersonKey): Promise<void> {
    for (let pass = 0; pass < passes; pass++) {
      if (pass) await setTimeout(restMs)
      if (!(await this.passClientIds(person))) return
    }
    throw new ChatError('unavailable', 'Some messages are held by others; try again.', { retryAfterMs: 1000 })
  }

  /** How many could not be changed now. */
  private async passClientIds({ tenantId, userId }: PersonKey): Promise<number> {
    const database = this.database.of(tenantId)
    let left = 0
    let last: Page | undefined
    do {
      const values = [tenantId, userId, last?.room_id ?? nil, last?.seq ?? 0]
      ;[last] = await database.query<Page>(forgetClientIds, values)
      left += last?.held ?? 0
    } while (last)
    return left
  }
}

const sent = `
  SELECT ${messageColumns('m')}, ${senderColumns}
  FROM tb_messages m ${senderOf('m')}
  WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.seq > 0 AND (m.room_id, m.seq) > ($3::uuid, $4::bigint)
  ORDER BY m.room_id, m.seq LIMIT $5`

const editsOf = `
  SELECT message_id, rev, content, file_url, mentions, metadata, written_at FROM message_edits
  WHERE tenant_id = $1 AND message_id = ANY ($2) ORDER BY message_id, rev`

const reactions = `
  SELECT message_id, emoji, created_at FROM tb_reaction
  WHERE tenant_id = $1 AND user_id = $2 AND (message_id, emoji) > ($3::uuid, $4)
  ORDER BY message_id, emoji LIMIT $5`

/** What hangs on a message changes while the message is locked. */
const rewriting = `
  WITH message AS MATERIALIZED (
    SELECT FROM tb_messages WHERE tenant_id = $1 AND message_id = $2 FOR NO KEY UPDATE
  )
  UPDATE message_edits e SET content = $4 FROM message WHERE e.tenant_id = $1 AND e.message_id = $2 AND e.rev = $3`

const forgetClientIds = `
  WITH page AS MATERIALIZED (
    SELECT room_id, seq FROM tb_messages
    WHERE tenant_id = $1 AND user_id = $2 AND seq > 0 AND (room_id, seq) > ($3::uuid, $4::bigint)
      AND client_message_id IS NOT NULL
    ORDER BY room_id, seq LIMIT 1000
  ),
  free AS MATERIALIZED (
    SELECT m.room_id, m.seq FROM page JOIN tb_messages m USING (room_id, seq) WHERE m.tenant_id = $1
    FOR NO KEY UPDATE OF m SKIP LOCKED
  ),
  forgotten AS (
    UPDATE tb_messages m SET client_message_id = NULL FROM free
    WHERE m.tenant_id = $1 AND m.room_id = free.room_id AND m.seq = free.seq
  )
  SELECT room_id, seq, ((SELECT count(*) FROM page) - (SELECT count(*) FROM free))::int AS held
  FROM page ORDER BY room_id DESC, seq DESC LIMIT 1`
