/**
 * What somebody has not read is derived from where they have read to, never counted up and down: the messages after that,
 * less their own and the deleted ones among them. Both are found by an index of their own, so that it costs the same
 * whether ten messages are unread or a million.
 */

/** Of the room `r` and its member `me`. */
export const unread = `(
  SELECT CASE WHEN r.last_seq <= base THEN 0 ELSE r.last_seq - base
    - (SELECT count(*) FROM tb_messages n
       WHERE n.tenant_id = me.tenant_id AND n.user_id = me.user_id AND n.room_id = me.room_id AND n.seq > base AND n.seq > 0)
    - (SELECT count(*) FROM tb_messages n
       WHERE n.tenant_id = me.tenant_id AND n.room_id = me.room_id AND n.seq > base AND n.deleted_at IS NOT NULL
         AND n.user_id IS DISTINCT FROM me.user_id)
    END::int
  FROM greatest(me.last_read_seq, r.first_seq - 1) AS base)`

/** Never back, and not beyond what there is. Nothing if it stays as it is. `blocked`: who is not to know how far they read. */
export const markRead = `
  UPDATE tb_user_room me SET last_read_seq = least($4, r.last_seq)
  FROM tb_chat_rooms r
  WHERE me.tenant_id = $1 AND me.room_id = $2 AND me.user_id = $3
    AND r.tenant_id = $1 AND r.chat_room_id = $2 AND me.last_read_seq < least($4, r.last_seq)
  RETURNING me.last_read_seq, r.member_count, ARRAY (
    SELECT b.friend_id FROM tb_friendships b
    WHERE b.tenant_id = $1 AND b.user_id = $3 AND b.status = 'blocked') AS blocked`

const columns = `me.room_id, r.last_seq, me.last_read_seq, ${unread} AS unread`

const memberships = `tb_user_room me JOIN tb_chat_rooms r ON r.tenant_id = me.tenant_id AND r.chat_room_id = me.room_id`

/** Of one room. */
export const readState = `SELECT ${columns} FROM ${memberships} WHERE me.tenant_id = $1 AND me.room_id = $2 AND me.user_id = $3`

/** Of all rooms in which something is unread, but for hidden ones, the fullest first. */
export const unreadRooms = `
  SELECT * FROM (
    SELECT ${columns} FROM ${memberships}
    WHERE me.tenant_id = $1 AND me.user_id = $2 AND (me.hidden_at_seq IS NULL OR r.last_seq > me.hidden_at_seq)
  ) AS rooms WHERE unread > 0 ORDER BY unread DESC, room_id`
