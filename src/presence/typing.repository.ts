import { Injectable } from '@nestjs/common'
import { calledOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'

/** Who may write in the room, a member or one of a crowd, and what must be known to tell that they do. */
export interface Writer {
  display_name: string | null
  called: string | null
  member_count: number
  /** Users whom they have blocked. */
  blocked: string[]
}

@Injectable()
export class TypingRepository {
  constructor(private readonly database: Database) {}

  /** null if they may not. */
  async writer(tenantId: string, roomId: string, userId: string): Promise<Writer | null> {
    const values = [tenantId, roomId, userId]
    return (await this.database.of(tenantId).prepared<Writer>('typing_writer', writing, values))[0] ?? null
  }
}

const writing = `
  SELECT u.display_name, ${calledOf('u')}, r.member_count, ARRAY (
    SELECT b.friend_id FROM tb_friendships b
    WHERE b.tenant_id = $1 AND b.user_id = $3 AND b.status = 'blocked') AS blocked
  FROM tb_chat_rooms r
  JOIN tb_users u ON u.tenant_id = r.tenant_id AND u.user_id = $3
  LEFT JOIN tb_user_room m ON m.tenant_id = r.tenant_id AND m.room_id = r.chat_room_id AND m.user_id = $3
  WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND (NOT m.blocked OR r.type = 'livestream')
    AND NOT r.archived AND u.flag_delete = 'active'`
