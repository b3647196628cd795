/**
 * How messages are changed and their changes numbered, one or many in a statement that is its own transaction.
 *
 * Locks are taken as for a send: memberships, users, rooms, and then the messages themselves. Who changes must still be
 * whom they were judged to be (`role_id`, `room_role`), and who is no member finds the room open, so that nothing is
 * changed after a removal, a locking or a closing was answered. Who is blocked in a private room may only delete. What
 * may not be changed is left out, and spends no number; not two changes of one message in a statement.
 */
import type { Patience } from './append.sql.js'
import { messageColumns } from './messages.sql.js'
import { wordsOf } from './words.sql.js'

const patched = (column: string, value: string): string =>
  `${column} = CASE WHEN n.patch ? '${column}' THEN ${value} ELSE q.${column} END`

/** Who changes, the rooms and the messages, locked: `skip` says what becomes of those that somebody else holds. */
const locked = (skip: string): string => `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::jsonb[],
      $8::boolean[]) WITH ORDINALITY AS i (tenant_id, room_id, message_id, user_id, role_id, room_role, patch, deletes,
      place)
  ),
  member AS MATERIALIZED (
    SELECT m.tenant_id, m.room_id, m.user_id, m.room_role, m.blocked
    FROM tb_user_room m
    WHERE (m.tenant_id, m.room_id, m.user_id) IN (SELECT tenant_id, room_id, user_id FROM input)
    ORDER BY m.tenant_id, m.room_id, m.user_id
    FOR SHARE ${skip}
  ),
  person AS MATERIALIZED (
    SELECT u.tenant_id, u.user_id, u.role_id
    FROM tb_users u
    WHERE (u.tenant_id, u.user_id) IN (SELECT tenant_id, user_id FROM input) AND u.flag_delete = 'active'
      AND (SELECT count(*) FROM member) >= 0 -- the members' locks come first
    ORDER BY u.tenant_id, u.user_id
    FOR SHARE ${skip}
  ),
  wanted AS MATERIALIZED (
    SELECT i.*
    FROM input i LEFT JOIN person p USING (tenant_id, user_id) LEFT JOIN member m USING (tenant_id, room_id, user_id)
    WHERE i.user_id IS NULL OR (p.role_id = i.role_id AND m.room_role IS NOT DISTINCT FROM i.room_role
      AND (i.deletes OR m.blocked IS NOT TRUE))
  ),
  room AS MATERIALIZED (
    SELECT r.tenant_id, r.chat_room_id AS room_id, r.last_rev, r.archived, r.access
    FROM tb_chat_rooms r
    WHERE (r.tenant_id, r.chat_room_id) IN (SELECT tenant_id, room_id FROM wanted)
    ORDER BY r.tenant_id, r.chat_room_id
    FOR NO KEY UPDATE ${skip}
  ),
  message AS MATERIALIZED (
    SELECT q.tenant_id, q.room_id, q.message_id, q.seq, room.last_rev, room.archived, room.access
    FROM room JOIN tb_messages q USING (tenant_id, room_id)
    WHERE (q.tenant_id, q.message_id) IN (SELECT tenant_id, message_id FROM wanted) AND q.deleted_at IS NULL
    FOR NO KEY UPDATE OF q ${skip}
  ),`

const stored = `
  numbered AS MATERIALIZED (
    SELECT w.*, m.seq, m.last_rev + row_number() OVER (PARTITION BY w.tenant_id, w.room_id ORDER BY w.place) AS rev
    FROM wanted w JOIN message m USING (tenant_id, room_id, message_id)
    WHERE (w.deletes OR NOT m.archived) AND (w.user_id IS NULL OR w.room_role IS NOT NULL OR m.access = 'open')
  ),
  last AS (
    UPDATE tb_chat_rooms r SET last_rev = n.rev
    FROM (SELECT tenant_id, room_id, max(rev) AS rev FROM numbered GROUP BY 1, 2) n
    WHERE r.tenant_id = n.tenant_id AND r.chat_room_id = n.room_id
  ),
  changed AS (
    UPDATE tb_messages q SET
      rev = n.rev,
      ${patched('content', `n.patch->>'content'`)},
      ${patched('words', wordsOf('n.tenant_id', `n.patch->>'words'`))},
      ${patched('file_url', `n.patch->>'file_url'`)},
      ${patched('mentions', `ARRAY(SELECT jsonb_array_elements_text(n.patch->'mentions'))::uuid[]`)},
      ${patched('metadata', `nullif(n.patch->'metadata', 'null')`)},
      edited_at = CASE WHEN n.deletes THEN q.edited_at ELSE clock_timestamp() END,
      deleted_at = CASE WHEN n.deletes THEN clock_timestamp() END
    FROM numbered n
    WHERE q.tenant_id = n.tenant_id AND q.room_id = n.room_id AND q.seq = n.seq
    RETURNING q.tenant_id, n.place::int AS place, ${messageColumns('q')}
  )
  SELECT changed.*, u.display_name AS sender_name, u.img_url AS sender_img_url
  FROM changed LEFT JOIN tb_users u ON u.tenant_id = changed.tenant_id AND u.user_id = changed.user_id`

/** Changes as arrays, now or in their turn. */
export const change = (patience: Patience): string => `${locked(patience === 'now' ? 'SKIP LOCKED' : '')} ${stored}`
