/**
 * The beginning of every statement that changes messages which are there: who changes them, the rooms and the messages,
 * locked as for a send. Memberships come first, then users, rooms, and the messages themselves. In a livestream nobody has
 * a membership, and everybody is in: its type, which never changes, is looked at only for who has none.
 *
 * Every row is asked for by its whole key, where the planner has no other way, as in `append.sql.ts`: of a message that is
 * the id alone.
 */
import type { Patience } from './append.sql.js'
import { messageColumns } from './messages.sql.js'

/**
 * `input` reads the arrays, as a message and who changes it in each `place`; `may` says of input `i`, the active user `p`
 * and the member `m`, either of which may be missing, whether it is stored. `now` leaves out what somebody else holds.
 */
export function locked(input: string, may: string, patience: Patience): string {
  const skip = patience === 'now' ? 'SKIP LOCKED' : ''
  return `
  WITH input AS MATERIALIZED (${input}),
  member AS MATERIALIZED (
    SELECT s.* FROM (SELECT DISTINCT tenant_id, room_id, user_id FROM input) i CROSS JOIN LATERAL (
      SELECT m.tenant_id, m.room_id, m.user_id, m.room_role, m.blocked
      FROM tb_user_room m
      WHERE m.tenant_id = i.tenant_id AND m.room_id = i.room_id AND m.user_id = i.user_id
      FOR SHARE ${skip}) s
  ),
  person AS MATERIALIZED (
    SELECT s.* FROM (SELECT DISTINCT tenant_id, user_id FROM input) i CROSS JOIN LATERAL (
      SELECT u.tenant_id, u.user_id, u.role_id
      FROM tb_users u
      WHERE u.tenant_id = i.tenant_id AND u.user_id = i.user_id AND u.flag_delete = 'active'
      FOR SHARE ${skip}) s
    WHERE (SELECT count(*) FROM member) >= 0 -- the members' locks come first
  ),
  wanted AS MATERIALIZED (
    SELECT i.*
    FROM input i LEFT JOIN person p USING (tenant_id, user_id) LEFT JOIN member m USING (tenant_id, room_id, user_id)
    WHERE ${may}
  ),
  room AS MATERIALIZED (
    SELECT s.* FROM (SELECT DISTINCT tenant_id, room_id FROM wanted) i CROSS JOIN LATERAL (
      SELECT r.tenant_id, r.chat_room_id AS room_id, r.first_seq, r.last_rev, r.archived, r.access
      FROM tb_chat_rooms r
      WHERE r.tenant_id = i.tenant_id AND r.chat_room_id = i.room_id
      FOR NO KEY UPDATE ${skip}) s
  ),
  message AS MATERIALIZED (
    SELECT s.*, i.last_rev, i.archived, i.access
    FROM (
      SELECT DISTINCT message_id, room.* FROM wanted JOIN room USING (tenant_id, room_id)
    ) i CROSS JOIN LATERAL (
      SELECT q.tenant_id, ${messageColumns('q')}
      FROM tb_messages q
      WHERE q.tenant_id = i.tenant_id AND q.message_id = i.message_id
        AND (q.room_id = i.room_id AND q.seq >= i.first_seq) IS TRUE AND q.deleted_at IS NULL
      FOR NO KEY UPDATE ${skip}) s
  ),`
}

/** What somebody without a membership is in the room of input `i`: nothing, unless it is a livestream. */
export const roleInCrowd = `(
    SELECT CASE WHEN k.created_by = i.user_id THEN 'owner' ELSE 'member' END FROM tb_chat_rooms k
    WHERE k.tenant_id = i.tenant_id AND k.chat_room_id = i.room_id AND k.type = 'livestream')`

/** The rooms' last `rev`, of what `numbered` numbers. */
export const lastRevs = `
  last AS (
    UPDATE tb_chat_rooms r SET last_rev = n.rev
    FROM (SELECT tenant_id, room_id, max(rev) AS rev FROM numbered GROUP BY 1, 2) n
    WHERE r.tenant_id = n.tenant_id AND r.chat_room_id = n.room_id
  ),`
