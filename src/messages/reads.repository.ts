import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import * as sql from './unread.sql.js'

export interface ReadState {
  room_id: string
  last_seq: number
  last_read_seq: number
  unread: number
}

/** How far somebody has read now, and what must be known to tell of it. */
export interface Marked {
  last_read_seq: number
  member_count: number
  /** Users whom they have blocked. */
  blocked: string[]
}

/** How far people have read. */
@Injectable()
export class ReadsRepository {
  constructor(private readonly database: Database) {}

  /** null if that changed nothing. */
  async mark(tenantId: string, roomId: string, userId: string, seq: number): Promise<Marked | null> {
    const values = [tenantId, roomId, userId, seq]
    const [row] = await this.database.of(tenantId).prepared<Marked & object>('mark_read', sql.markRead, values)
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
