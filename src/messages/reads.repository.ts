import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import * as sql from './unread.sql.js'

export interface ReadState {
  room_id: string
  last_seq: number
  last_read_seq: number
  unread: number
}

/** How far people have read. */
@Injectable()
export class ReadsRepository {
  constructor(private readonly database: Database) {}

  /** How far they have read then, and of how many members the room is; null if that changed nothing. */
  async mark(tenantId: string, roomId: string, userId: string, seq: number) {
    const [row] = await this.database
      .of(tenantId)
      .prepared<{ last_read_seq: number; member_count: number }>('mark_read', sql.markRead, [
        tenantId,
        roomId,
        userId,
        seq,
      ])
    return row ?? null
  }

  /** null if they are no member. */
  async find(tenantId: string, roomId: string, userId: string): Promise<ReadState | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<ReadState & object>('read_state', sql.readState, [tenantId, roomId, userId])
    return row ?? null
  }

  /** The rooms of theirs in which something is unread. */
  unread(tenantId: string, userId: string): Promise<ReadState[]> {
    return this.database.of(tenantId).prepared<ReadState & object>('unread_rooms', sql.unreadRooms, [tenantId, userId])
  }
}
