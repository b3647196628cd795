import { Injectable } from '@nestjs/common'
import type { Position } from '../contract/page.js'
import type { RoomRole } from '../contract/views.js'
import { Database } from '../infra/database/database.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { addMembers, changingMembers, handOver } from './members.sql.js'
import { Room } from './room.entity.js'

export type NewRoom = Partial<Room> & Pick<Room, 'tenant_id' | 'chat_room_id' | 'type' | 'access'>
export type MyRoomRow = Room & { room_role: RoomRole | null; activity: Date }

@Injectable()
export class RoomsRepository {
  constructor(private readonly database: Database) {}

  /** The room with its first members, the owner first of them. */
  insert(room: NewRoom, ownerId: string | null, memberIds: string[]): Promise<Room> {
    const { tenant_id, chat_room_id } = room
    return this.database.of(tenant_id).transaction(async (tx, manager) => {
      await manager.insert(Room, room as object)
      if (ownerId) await addMembers(tx, tenant_id, chat_room_id, [ownerId], 'owner')
      await addMembers(tx, tenant_id, chat_room_id, memberIds, 'member')
      return manager.findOneByOrFail(Room, { tenant_id, chat_room_id })
    })
  }

  /** null when the pair has a room already, also when both made it at once. */
  async insertPrivate(room: NewRoom, pair: [string, string]): Promise<Room | null> {
    try {
      return await this.insert(room, null, pair)
    } catch (error) {
      if (isDuplicate(error, 'tb_chat_rooms_private_pair')) return null
      throw error
    }
  }

  findPrivate(tenantId: string, pair: string): Promise<Room> {
    return this.database
      .of(tenantId)
      .transaction((_, manager) => manager.findOneByOrFail(Room, { tenant_id: tenantId, private_pair: pair }))
  }

  async idsOf(tenantId: string, userId: string): Promise<string[]> {
    const rows = await this.database
      .of(tenantId)
      .prepared<{ room_id: string }>(
        'rooms_of',
        'SELECT room_id FROM tb_user_room WHERE tenant_id = $1 AND user_id = $2',
        [tenantId, userId],
      )
    return rows.map((row) => row.room_id)
  }

  /** A private room that this member had hidden is shown again. */
  async unhide(tenantId: string, roomId: string, userId: string): Promise<void> {
    await this.database.of(tenantId).query(
      `UPDATE tb_user_room SET hidden_at_seq = NULL
       WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3 AND hidden_at_seq IS NOT NULL`,
      [tenantId, roomId, userId],
    )
  }

  /** The rooms of a user, or of the whole tenant, those first in which something was said last. */
  list(tenantId: string, userId: string | null, after: Position | null, limit: number): Promise<MyRoomRow[]> {
    return this.database
      .of(tenantId)
      .query<MyRoomRow>(userId ? roomsOfUser : roomsOfTenant, [
        tenantId,
        after?.time ?? null,
        after?.id ?? null,
        limit,
        ...(userId ? [userId] : []),
      ])
  }

  /** The row as it is then; null if it is gone. `ownerId` must be a member: false in place of the row if it is not. */
  update(tenantId: string, roomId: string, change: Partial<Room>, ownerId?: string): Promise<Room | false | null> {
    const where = { tenant_id: tenantId, chat_room_id: roomId }
    return changingMembers(this.database, tenantId, roomId, async (tx, manager) => {
      if (ownerId && !(await handOver(tx, tenantId, roomId, ownerId))) return false
      if (Object.keys(change).length) await manager.update(Room, where, change as object)
      return manager.findOneBy(Room, where)
    })
  }

  /** The members go first: a send that is being stored holds its member's row, and only then waits for the room's. */
  delete(tenantId: string, roomId: string): Promise<void> {
    return changingMembers(this.database, tenantId, roomId, async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 0')
      await tx.query('DELETE FROM tb_user_room WHERE tenant_id = $1 AND room_id = $2', [tenantId, roomId])
      await tx.query('DELETE FROM tb_chat_rooms WHERE tenant_id = $1 AND chat_room_id = $2', [tenantId, roomId])
    })
  }
}

const activity = `date_trunc('milliseconds', coalesce(r.last_message_at, r.created_at))`

const page = `
  AND ($2::timestamptz IS NULL OR (${activity}, r.chat_room_id) < ($2, $3::uuid))
  ORDER BY activity DESC, r.chat_room_id DESC LIMIT $4`

const roomsOfUser = `
  SELECT r.*, m.room_role, ${activity} AS activity
  FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
  WHERE m.tenant_id = $1 AND m.user_id = $5 AND (m.hidden_at_seq IS NULL OR r.last_seq > m.hidden_at_seq) ${page}`

const roomsOfTenant = `
  SELECT r.*, NULL AS room_role, ${activity} AS activity
  FROM tb_chat_rooms r WHERE r.tenant_id = $1 ${page}`
