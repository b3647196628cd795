import { Injectable } from '@nestjs/common'
import type { Position } from '../contract/page.js'
import type { RoomRole } from '../contract/views.js'
import { alone, pairName } from '../infra/database/alone.js'
import { patternAndId } from '../infra/database/containing.js'
import { Database, type Runner } from '../infra/database/database.js'
import { addMembers, changingMembers, handOver, type Admit, type NewRole } from './members.sql.js'
import { RoomQuota } from './room-quota.repository.js'
import { Room } from './room.entity.js'

export type NewRoom = Partial<Room> & Pick<Room, 'tenant_id' | 'chat_room_id' | 'type' | 'access'>
export type MyRoomRow = Room & { room_role: RoomRole | null; blocked: boolean; activity: Date }

interface Changed {
  room: Room
  roles: NewRole[]
}

@Injectable()
export class RoomsRepository {
  constructor(
    private readonly database: Database,
    private readonly quota: RoomQuota,
  ) {}

  /** The room with its first members, the owner first of them. `admit` may throw. */
  insert(room: NewRoom, ownerId: string | null, memberIds: string[], admit: Admit): Promise<Room> {
    const { tenant_id, chat_room_id } = room
    return this.database.of(tenant_id).transaction(async (tx, manager) => {
      await manager.insert(Room, room as object)
      await admit(tx, ownerId ? [ownerId, ...memberIds] : memberIds)
      if (ownerId) await addMembers(tx, tenant_id, chat_room_id, [ownerId], 'owner')
      await addMembers(tx, tenant_id, chat_room_id, memberIds, 'member')
      await this.quota.require(tx, tenant_id)
      return manager.findOneByOrFail(Room, { tenant_id, chat_room_id })
    })
  }

  /**
   * The private room of two people, made if they have none: one room, also when both ask at once. `blockedOf` says who of
   * them may not write there, and holds as long as nobody else changes what is between the two. It may throw, as `admit` may.
   */
  findOrInsertPrivate(
    room: NewRoom,
    pair: readonly [string, string],
    blockedOf: (tx: Runner) => Promise<string[]>,
    admit: Admit,
  ): Promise<{ room: Room; made: boolean }> {
    const { tenant_id, chat_room_id } = room
    const private_pair = pairName(...pair)
    return alone(this.database, tenant_id, private_pair, async (tx, manager) => {
      const blocked = await blockedOf(tx)
      const known = await manager.findOneBy(Room, { tenant_id, private_pair })
      if (known) return { room: known, made: false }
      await manager.insert(Room, { ...room, private_pair } as object)
      await admit(tx, [...pair])
      await addMembers(tx, tenant_id, chat_room_id, [...pair], 'member')
      if (blocked.length) await tx.query(keepFromWriting, [tenant_id, chat_room_id, blocked])
      await this.quota.require(tx, tenant_id)
      return { room: await manager.findOneByOrFail(Room, { tenant_id, chat_room_id }), made: true }
    })
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

  /** The rooms of a member, with the newest `seq` of each. */
  async lastSeqsOf(tenantId: string, userId: string): Promise<Map<string, number>> {
    const rows = await this.database.of(tenantId).prepared<{ room_id: string; last_seq: number }>(
      'last_seqs_of',
      `SELECT m.room_id, r.last_seq
       FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
       WHERE m.tenant_id = $1 AND m.user_id = $2`,
      [tenantId, userId],
    )
    return new Map(rows.map(({ room_id, last_seq }) => [room_id, last_seq]))
  }

  /** A private room that this member had hidden is shown again. False if they saw it. */
  async unhide(tenantId: string, roomId: string, userId: string): Promise<boolean> {
    const [hidden] = await this.database
      .of(tenantId)
      .query<{ was_hidden: boolean }>(unhiding, [tenantId, roomId, userId])
    return hidden?.was_hidden ?? false
  }

  /**
   * The rooms of a user, or of the whole tenant, those first in which something was said last. `named`: with this in
   * their name, or as their id.
   */
  list(
    tenantId: string,
    userId: string | null,
    after: Position | null,
    limit: number,
    named?: string,
  ): Promise<MyRoomRow[]> {
    const values = [tenantId, after?.time ?? null, after?.id ?? null, limit, ...patternAndId(named)]
    const runner = this.database.of(tenantId)
    return userId ? runner.query(roomsOfUser, [...values, userId]) : runner.query(roomsOfTenant, values)
  }

  /** The row as it is then, and whose role is another by it; null if it is gone. False if `ownerId` is no member. */
  update(tenantId: string, roomId: string, change: Partial<Room>, ownerId?: string): Promise<Changed | false | null> {
    const where = { tenant_id: tenantId, chat_room_id: roomId }
    return changingMembers(this.database, tenantId, roomId, async (tx, manager) => {
      const roles = ownerId ? await handOver(tx, tenantId, roomId, ownerId) : []
      if (ownerId && !roles.length) return false
      if (Object.keys(change).length) await manager.update(Room, where, change as object)
      const room = await manager.findOneBy(Room, where)
      return room && { room, roles }
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

const keepFromWriting = `
  UPDATE tb_user_room SET blocked = true WHERE tenant_id = $1 AND room_id = $2 AND user_id = ANY ($3)`

const unhiding = `
  WITH hidden AS (
    SELECT m.hidden_at_seq >= r.last_seq AS was_hidden
    FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
    WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3
  )
  UPDATE tb_user_room m SET hidden_at_seq = NULL FROM hidden
  WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3 AND m.hidden_at_seq IS NOT NULL
  RETURNING was_hidden`

const activity = `date_trunc('milliseconds', coalesce(r.last_message_at, r.created_at))`

const page = `
  AND ($5::text IS NULL OR r.name ILIKE $5 OR r.chat_room_id = $6::uuid)
  AND ($2::timestamptz IS NULL OR (${activity}, r.chat_room_id) < ($2, $3::uuid))
  ORDER BY activity DESC, r.chat_room_id DESC LIMIT $4`

const roomsOfUser = `
  SELECT r.*, m.room_role, m.blocked, ${activity} AS activity
  FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
  WHERE m.tenant_id = $1 AND m.user_id = $7 AND (m.hidden_at_seq IS NULL OR r.last_seq > m.hidden_at_seq) ${page}`

const roomsOfTenant = `
  SELECT r.*, NULL AS room_role, false AS blocked, ${activity} AS activity
  FROM tb_chat_rooms r WHERE r.tenant_id = $1 ${page}`
