/** Statements on members that belong to a larger transaction. */
import { v7 as uuid } from 'uuid'
import type { RoomRole } from '../contract/views.js'
import { alone } from '../infra/database/alone.js'
import type { Runner } from '../infra/database/database.js'

/** A transaction that changes who is in a room: alone, so it may lock several members, and before the room, as sends do. */
export const changingMembers = alone

/** Says in the transaction that these may become members, and that it stays so to its end; or throws. */
export type Admit = (tx: Runner, userIds: string[]) => Promise<void>

/** A member whose role is another now. */
export interface NewRole {
  user_id: string
  room_role: RoomRole
}

/** Those who were not members before, now are, having read what was said before. Answers their ids. */
export async function addMembers(
  tx: Runner,
  tenantId: string,
  roomId: string,
  userIds: string[],
  roomRole: RoomRole,
): Promise<string[]> {
  if (!userIds.length) return []
  const values = [tenantId, roomId, userIds.map(() => uuid()), userIds, roomRole]
  const added = await tx.query<{ user_id: string }>(adding, values)
  await tx.query('DELETE FROM room_removals WHERE tenant_id = $1 AND room_id = $2 AND user_id = ANY ($3)', [
    tenantId,
    roomId,
    userIds,
  ])
  await count(tx, tenantId, roomId, added.length)
  return added.map((row) => row.user_id)
}

/** Those of the users who are no members. */
export async function strangers(tx: Runner, tenantId: string, roomId: string, userIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(finding, [tenantId, roomId, userIds])
  return rows.map((row) => row.user_id)
}

/** Gives those of the users who are members this role, but for the owner: ownership is handed over. */
export function giveRole(
  tx: Runner,
  tenantId: string,
  roomId: string,
  userIds: string[],
  roomRole: RoomRole,
): Promise<NewRole[]> {
  return tx.query<NewRole>(givingRole, [tenantId, roomId, userIds, roomRole])
}

/**
 * Whose role is another by it; null if there was no such member. An owner hands over to the eldest of the highest role.
 * `bar` keeps them from coming back by themselves.
 */
export async function dropMember(
  tx: Runner,
  tenantId: string,
  roomId: string,
  userId: string,
  bar: boolean,
): Promise<NewRole[] | null> {
  const [gone] = await tx.query<{ room_role: RoomRole }>(
    'DELETE FROM tb_user_room WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3 RETURNING room_role',
    [tenantId, roomId, userId],
  )
  if (!gone) return null
  const heirs = gone.room_role === 'owner' ? await tx.query<NewRole>(eldestInherits, [tenantId, roomId]) : []
  await count(tx, tenantId, roomId, -1)
  if (bar) await tx.query(barring, [tenantId, roomId, userId])
  return heirs
}

/** Makes this member the owner, and the owner until then a moderator. Nobody's role is another if they are no member. */
export function handOver(tx: Runner, tenantId: string, roomId: string, ownerId: string): Promise<NewRole[]> {
  return tx.query<NewRole>(
    `UPDATE tb_user_room SET room_role = CASE WHEN user_id = $3 THEN 'owner' ELSE 'moderator' END
     WHERE tenant_id = $1 AND room_id = $2 AND (user_id = $3 OR room_role = 'owner')
       AND EXISTS (SELECT FROM tb_user_room WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3)
     RETURNING user_id, room_role`,
    [tenantId, roomId, ownerId],
  )
}

const finding = `
  SELECT i.user_id FROM unnest($3::uuid[]) AS i (user_id)
  WHERE NOT EXISTS (
    SELECT FROM tb_user_room m WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = i.user_id)`

/** Locks the room first, and not only by its foreign key. */
const adding = `
  WITH room AS MATERIALIZED (
    SELECT last_seq FROM tb_chat_rooms WHERE tenant_id = $1 AND chat_room_id = $2 FOR NO KEY UPDATE
  )
  INSERT INTO tb_user_room (tenant_id, user_room_id, room_id, user_id, room_role, last_read_seq)
  SELECT $1, n.user_room_id, $2, n.user_id, $5, room.last_seq
  FROM room, unnest($3::uuid[], $4::uuid[]) AS n (user_room_id, user_id)
  ON CONFLICT (tenant_id, room_id, user_id) DO NOTHING
  RETURNING user_id`

const eldestInherits = `
  UPDATE tb_user_room SET room_role = 'owner' WHERE tenant_id = $1 AND room_id = $2 AND user_id = (
    SELECT user_id FROM tb_user_room WHERE tenant_id = $1 AND room_id = $2
    ORDER BY room_role = 'moderator' DESC, joined_at, user_room_id LIMIT 1)
  RETURNING user_id, room_role`

const givingRole = `
  UPDATE tb_user_room SET room_role = $4
  WHERE tenant_id = $1 AND room_id = $2 AND user_id = ANY ($3) AND room_role NOT IN ('owner', $4)
  RETURNING user_id, room_role`

const barring = 'INSERT INTO room_removals (tenant_id, room_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'

async function count(tx: Runner, tenantId: string, roomId: string, by: number): Promise<void> {
  if (by === 0) return
  await tx.query(
    'UPDATE tb_chat_rooms SET member_count = member_count + $3 WHERE tenant_id = $1 AND chat_room_id = $2',
    [tenantId, roomId, by],
  )
}
