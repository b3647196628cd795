/** The statements of the message log. `$1` is the tenant and `$2` the room, in each of them. */

const columns = `seq, message_id, room_id, user_id, type, content, file_url, client_message_id, reply_to, mentions,
  metadata, rev, pinned, created_at, edited_at, deleted_at`

/**
 * Stores one message and gives it its number, or answers no row. The sender's membership and state are read under a
 * lock here, so that nothing is stored after a removal or a locking was answered; then the room's row is locked.
 * A `client_message_id` that is there already fails the whole statement: no number is spent.
 */
export const storeOfUser = store(
  `SELECT u.user_id, u.display_name, u.img_url
   FROM tb_user_room m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id
   WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3 AND u.flag_delete = 'active'
   FOR SHARE OF m, u`,
  'text',
)

/** The same for a system message of the backend. `$3` is null. */
export const storeOfSystem = store(`SELECT $3::uuid AS user_id, NULL AS display_name, NULL AS img_url`, 'system')

function store(sender: string, type: 'text' | 'system'): string {
  return `
    WITH sender AS MATERIALIZED (${sender}),
    numbered AS (
      UPDATE tb_chat_rooms r
      SET last_seq = r.last_seq + 1, last_message_at = greatest(clock_timestamp(), r.last_message_at)
      FROM sender
      WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND NOT r.archived AND ($8::uuid IS NULL OR EXISTS (
        SELECT FROM tb_messages q WHERE q.tenant_id = $1 AND q.room_id = $2 AND q.message_id = $8))
      RETURNING r.last_seq, r.last_message_at
    ),
    stored AS (
      INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, file_url,
        client_message_id, reply_to, mentions, metadata, created_at)
      SELECT $1, $2, last_seq, $4::uuid, user_id, '${type}', $5::text, $6::text, $7::text, $8, $9::uuid[],
        $10::jsonb, last_message_at
      FROM numbered, sender
      RETURNING ${columns}
    )
    SELECT stored.*, sender.display_name AS sender_name, sender.img_url AS sender_img_url FROM stored, sender`
}

const select = `
  SELECT ${columns.replace(/\w+/g, 'm.$&')}, u.display_name AS sender_name, u.img_url AS sender_img_url
  FROM tb_messages m LEFT JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id
  WHERE m.tenant_id = $1 AND m.room_id = $2`

export const findSent = `${select} AND m.user_id IS NOT DISTINCT FROM $3 AND m.client_message_id = $4`
export const findOne = `${select} AND m.message_id = $3`
export const before = `${select} AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4`
export const after = `${select} AND m.seq > $3 ORDER BY m.seq LIMIT $4`

/** The last message of each room, and how many of others' messages the reader (`$3`) has not read. */
export const digest = `
  SELECT r.chat_room_id, last.*,
    CASE WHEN me.user_id IS NULL THEN 0 ELSE (
      SELECT count(*)::int FROM tb_messages n
      WHERE n.tenant_id = r.tenant_id AND n.room_id = r.chat_room_id AND n.seq > me.last_read_seq
        AND n.user_id IS DISTINCT FROM me.user_id AND n.deleted_at IS NULL
    ) END AS unread
  FROM tb_chat_rooms r
  LEFT JOIN tb_user_room me ON me.tenant_id = r.tenant_id AND me.room_id = r.chat_room_id AND me.user_id = $3
  LEFT JOIN LATERAL (${select.replace('$2', 'r.chat_room_id')} AND m.seq = r.last_seq) AS last ON true
  WHERE r.tenant_id = $1 AND r.chat_room_id = ANY ($2)`
