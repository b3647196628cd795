import { Injectable } from '@nestjs/common'
import { RoomDigests, type RoomDigest } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import { toMessageView, type MessageRow } from './messages.dto.js'
import { digest } from './messages.sql.js'
import { ReactionsRepository } from './reactions.repository.js'

type DigestRow = MessageRow & { chat_room_id: string; unread: number }

/** What `rooms` shows of each room's messages, for all rooms of a page in one query. */
@Injectable()
export class DigestsRepository extends RoomDigests {
  constructor(
    private readonly database: Database,
    private readonly reactions: ReactionsRepository,
  ) {
    super()
  }

  async read(tenantId: string, roomIds: string[], reader: string | null): Promise<Map<string, RoomDigest>> {
    if (!roomIds.length) return new Map()
    const rows = await this.database.of(tenantId).query<DigestRow>(digest, [tenantId, roomIds, reader])
    const messages = rows.filter((row) => row.message_id).map(toMessageView)
    const shown = await this.reactions.shownTo(tenantId, reader, messages)
    const last = new Map(shown.map((message) => [message.room_id, message]))
    return new Map(
      rows.map(({ chat_room_id, unread }) => [chat_room_id, { last_message: last.get(chat_room_id) ?? null, unread }]),
    )
  }
}
