import { Injectable } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import type { MessageEditRow, MessageRow } from './messages.dto.js'
import { messageColumns } from './messages.sql.js'

export type OwnMessageRow = MessageRow & { edits: MessageEditRow[] }

export interface OwnReactionRow {
  message_id: string
  emoji: string
  created_at: Date
}

const nil = '00000000-0000-0000-0000-000000000000'

/** What one person sent, wherever. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly database: Database) {}

  /** By room and `seq`, each with what it said before its edits. */
  async sent({ tenantId, userId }: PersonKey, after: OwnMessageRow | null, limit: number): Promise<OwnMessageRow[]> {
    const database = this.database.of(tenantId)
    const values = [tenantId, userId, after?.room_id ?? nil, after?.seq ?? 0, limit]
    const rows = await database.query<MessageRow>(sent, values)
    const ids = rows.map(({ message_id }) => message_id)
    const edits = await database.query<MessageEditRow & { message_id: string }>(editsOf, [tenantId, ids])
    const byMessage = new Map<string, MessageEditRow[]>(ids.map((id) => [id, []]))
    for (const { message_id, ...edit } of edits) byMessage.get(message_id)!.push(edit)
    return rows.map((row) => ({ ...row, edits: byMessage.get(row.message_id)! }))
  }

  reactions({ tenantId, userId }: PersonKey, after: OwnReactionRow | null, limit: number): Promise<OwnReactionRow[]> {
    const values = [tenantId, userId, after?.message_id ?? nil, after?.emoji ?? '', limit]
    return this.database.of(tenantId).query<OwnReactionRow>(reactions, values)
  }

  /** Nobody sends these again. */
  async forgetClientIds({ tenantId, userId }: PersonKey): Promise<void> {
    const database = this.database.of(tenantId)
    while ((await database.query(forgetClientIds, [tenantId, userId])).length);
  }
}

const sent = `
  SELECT ${messageColumns('m')}, u.display_name AS sender_name, u.img_url AS sender_img_url
  FROM tb_messages m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id
  WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.seq > 0 AND (m.room_id, m.seq) > ($3::uuid, $4::bigint)
  ORDER BY m.room_id, m.seq LIMIT $5`

const editsOf = `
  SELECT message_id, rev, content, file_url, mentions, metadata, written_at FROM message_edits
  WHERE tenant_id = $1 AND message_id = ANY ($2) ORDER BY message_id, rev`

const reactions = `
  SELECT message_id, emoji, created_at FROM tb_reaction
  WHERE tenant_id = $1 AND user_id = $2 AND (message_id, emoji) > ($3::uuid, $4)
  ORDER BY message_id, emoji LIMIT $5`

const forgetClientIds = `
  UPDATE tb_messages m SET client_message_id = NULL
  FROM (
    SELECT room_id, seq FROM tb_messages
    WHERE tenant_id = $1 AND user_id = $2 AND seq > 0 AND client_message_id IS NOT NULL
    LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED) f
  WHERE m.tenant_id = $1 AND m.room_id = f.room_id AND m.seq = f.seq
  RETURNING m.seq`
