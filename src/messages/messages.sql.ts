/** How messages are read. `$1` is the tenant and `$2` the room, in each of them. */

const columns = `seq, message_id, room_id, user_id, type, content, file_url, client_message_id, reply_to, mentions,
  metadata, rev, pinned, created_at, edited_at, deleted_at`

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
