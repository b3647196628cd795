import { Injectable } from '@nestjs/common'
import { RoomDigests, type RoomDigest } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import { toMessageView, type MessageRow } from './messages.dto.js'
import { digest } from './messages.sql.js'

type DigestRow = MessageRow & { chat_room_id: string; unread: number }

/** What `rooms` shows of each room's messages, for all rooms of a page in one query. */
@Injectable()
export class DigestsRepository extends RoomDigests {
  constructor(private readonly database: Database) {
    super()
  }

  async read(tenantId: string, roomIds: string[], reader: string | null): Promise<Map<string, RoomDigest>> {
    if (!roomIds.length) return new Map()
    const rows = await this.database.of(tenantId).query<DigestRow>(digest, [tenantId, roomIds, reader])
    return new Map(
      rows.map((row) => [
        row.chat_room_id,
        { last_message: row.message_id ? toMessageView(row) : null, unread: row.unread },
      ]),
    )
  }
}
