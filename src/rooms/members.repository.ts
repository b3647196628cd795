import { Injectable } from '@nestjs/common'
import type { RoomRole, RoomType } from '../contract/views.js'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import type { GivenRole } from '../users/given-role.js'
import type { Member } from './member.entity.js'
import {
  addMembers,
  changingMembers,
  dropMember,
  giveRole,
  strangers,
  type Admit,
  type NewRole,
} from './members.sql.js'
import { Room } from './room.entity.js'
import type { MemberRow } from './rooms.dto.js'

/** A room as one user stands to it. In a livestream there are no members: everybody is one, and its streamer the owner. */
export interface Access {
  room: Room
  member: Pick<Member, 'room_role' | 'last_read_seq' | 'blocked'> | null
  /** Was the user removed, and not added again since? */
  removed: boolean
  /** As it is stored, and when it was said. */
  roleId: number | null
  roleSetAt: Date | null
  /** Of whoever asks. */
  given?: GivenRole | undefined
}

export interface MembershipRow {
  room_id: string
  type: RoomType
  name: string | null
  room_role: RoomRole
  joined_at: Date
  last_read_seq: number
}

interface Added {
  added: string[]
  roles: NewRole[]
  room: Room | null
}

interface AccessRow extends Room {
  room_role: RoomRole | null
  last_read_seq: number | null
  blocked: boolean | null
  removed: boolean
  role_id: number | null
  role_set_at: Date | null
}

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  /** null if the tenant has no such room. `userId` is null for the backend. */
  async access(tenantId: string, roomId: string, userId: string | null): Promise<Access | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<AccessRow>('room_access', roomAccess, [tenantId, roomId, userId])
    if (!row) return null
    const { room_role, last_read_seq, blocked, removed, role_id, role_set_at, ...room } = row
    const ofRow = room_role && { room_role, last_read_seq: last_read_seq!, blocked: blocked! }
    const member = room.type === 'livestream' && userId ? oneOfCrowd(room, userId) : ofRow
    return { room, member, removed, roleId: role_id, roleSetAt: role_set_at }
  }

  /** By user id, which is the order in which the users were made. */
  list(tenantId: string, roomId: string, after: string | null, limit: number): Promise<MemberRow[]> {
    return this.database.of(tenantId).query<MemberRow>(
      `SELECT m.*, u.display_name, u.img_url
       FROM tb_user_room m JOIN tb_users u USING (tenant_id, user_id)
       WHERE m.tenant_id = $1 AND m.room_id = $2 AND ($3::uuid IS NULL OR m.user_id > $3)
       ORDER BY m.user_id LIMIT $4`,
      [tenantId, roomId, after, limit],
    )
  }

  /** Those of the users who are members, with their names. */
  find(tenantId: string, roomId: string, userIds: string[]): Promise<MemberRow[]> {
    return this.database.of(tenantId).query<MemberRow>(
      `SELECT m.*, u.display_name, u.img_url
       FROM tb_user_room m JOIN tb_users u USING (tenant_id, user_id)
       WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = ANY ($3)
       ORDER BY m.user_id`,
      [tenantId, roomId, userIds],
    )
  }

  /**
   * All of them or none; answers those who had not been members, those whose role is another, and the room as it then is
   * (null: it is gone). Takes away what barred them. Without a role, who is a member already keeps theirs. `admit` may throw.
   */
  add(tenantId: string, roomId: string, userIds: string[], admit: Admit, roomRole?: RoomRole): Promise<Added> {
    return changingMembers(this.database, tenantId, roomId, async (tx, manager) => {
      const roles = roomRole ? await giveRole(tx, tenantId, roomId, userIds, roomRole) : []
      await admit(tx, await strangers(tx, tenantId, roomId, userIds))
      const added = await addMembers(tx, tenantId, roomId, userIds, roomRole ?? 'member')
      return { added, roles, room: await manager.findOneBy(Room, { tenant_id: tenantId, chat_room_id: roomId }) }
    })
  }

  /** Joins by oneself: null if the room is not open any more, or the user was removed, or is a member already. */
  join(tenantId: string, roomId: string, userId: string, admit: Admit): Promise<Room | null> {
    return changingMembers(this.database, tenantId, roomId, async (tx, manager) => {
      const [free] = await tx.query(mayJoin, [tenantId, roomId, userId])
      await admit(tx, [userId])
      const added = free ? await addMembers(tx, tenantId, roomId, [userId], 'member') : []
      return added.length ? manager.findOneBy(Room, { tenant_id: tenantId, chat_room_id: roomId }) : null
    })
  }

  /** Ends a membership and, when it was not their own wish, bars them; answers who inherits. Waits for sends of theirs that are being stored. */
  drop(tenantId: string, roomId: string, userId: string, bar: boolean): Promise<NewRole[] | null> {
    return changingMembers(this.database, tenantId, roomId, (tx) => dropMember(tx, tenantId, roomId, userId, bar))
  }

  /** The rooms of theirs that are not those of two people. */
  groupsOf(tenantId: string, userId: string): Promise<Room[]> {
    return this.database.of(tenantId).query<Room>(groupsOf, [tenantId, userId])
  }

  /** All memberships of theirs after this room, with the rooms' names. */
  memberships(tenantId: string, userId: string, after: string | null, limit: number): Promise<MembershipRow[]> {
    return this.database.of(tenantId).query<MembershipRow>(memberships, [tenantId, userId, after, limit])
  }

  async hide(tenantId: string, roomId: string, userId: string): Promise<void> {
    await this.database.of(tenantId).query(
      `UPDATE tb_user_room m SET hidden_at_seq = r.last_seq FROM tb_chat_rooms r
       WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3
         AND r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id`,
      [tenantId, roomId, userId],
    )
  }
}

/** What they have read is kept nowhere. */
const oneOfCrowd = ({ created_by, last_seq }: Room, userId: string): Access['member'] => ({
  room_role: created_by === userId ? 'owner' : 'member',
  last_read_seq: last_seq,
  blocked: false,
})

const groupsOf = `
  SELECT ${columnsOf(Room, 'r')}
  FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
  WHERE m.tenant_id = $1 AND m.user_id = $2 AND r.type <> 'private'`

const memberships = `
  SELECT m.room_id, r.type, r.name, m.room_role, m.joined_at, m.last_read_seq
  FROM tb_user_room m JOIN tb_chat_rooms r ON r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id
  WHERE m.tenant_id = $1 AND m.user_id = $2 AND ($3::uuid IS NULL OR m.room_id > $3)
  ORDER BY m.room_id LIMIT $4`

const roomAccess = `
  SELECT ${columnsOf(Room, 'r')}, m.room_role, m.last_read_seq, m.blocked, u.role_id, u.role_set_at,
    x.user_id IS NOT NULL AS removed
  FROM tb_chat_rooms r
  LEFT JOIN tb_users u ON u.tenant_id = r.tenant_id AND u.user_id = $3
  LEFT JOIN tb_user_room m ON m.tenant_id = r.tenant_id AND m.room_id = r.chat_room_id AND m.user_id = $3
  LEFT JOIN room_removals x ON x.tenant_id = r.tenant_id AND x.room_id = r.chat_room_id AND x.user_id = $3
  WHERE r.tenant_id = $1 AND r.chat_room_id = $2`

const mayJoin = `
  SELECT 1 FROM tb_chat_rooms r
  WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND r.access = 'open' AND NOT EXISTS (
    SELECT FROM room_removals x WHERE x.tenant_id = r.tenant_id AND x.room_id = r.chat_room_id AND x.user_id = $3)`
