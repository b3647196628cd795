/** How messages are read. `$1` is the tenant, and `$2` the room unless it is said otherwise. */
import { calledOf } from '../infra/database/columns.js'
import { unread } from './unread.sql.js'

const columns = `seq, message_id, room_id, user_id, type, content, file_url, client_message_id, reply_to, mentions,
  metadata, rev, reactions, pinned, created_at, edited_at, deleted_at`

/** All that makes a `MessageRow`, but for the sender's name. */
export const messageColumns = (table: string): string => columns.replace(/\w+/g, `${table}.$&`)

/** Each sender is looked up: a join would go through all users, and would have to sort all of a room after it. */
export const senderOf = (table: string): string => `LEFT JOIN LATERAL (
    SELECT u.display_name, u.img_url, ${calledOf('u')} FROM tb_users u
    WHERE u.tenant_id = ${table}.tenant_id AND u.user_id = ${table}.user_id OFFSET 0) u ON true`

/** The sender's part of a `MessageRow`. */
export const senderColumns = 'u.display_name AS sender_name, u.called AS sender_called, u.img_url AS sender_img_url'

const select = `
  SELECT ${messageColumns('m')}, ${senderColumns}
  FROM tb_messages m ${senderOf('m')}
  WHERE m.tenant_id = $1 AND m.room_id = $2`

/** What retention took away is gone at once, even while it waits to be deleted. */
const kept = `AND m.seq >= (SELECT r.first_seq FROM tb_chat_rooms r WHERE r.tenant_id = $1 AND r.chat_room_id = $2)`

const dear = (table: string): string => Array(24).fill(`to_tsvector('simple', ${table}.content) IS NULL`).join(' OR ')

/**
 * For whoever asks by `client_message_id`. The index for that implies this, so there it is left out, and nobody ever reads
 * the text. In any other way the planner counts it, and does not go through a room that it has only seen small.
 */
export const byClientId = (table: string): string => `(${table}.client_message_id IS NOT NULL OR ${dear(table)})`

/** By a user, or by nobody: a comparison that serves both would go through the whole index of the room. */
export const findSent = {
  byUser: `${select} AND m.user_id = $3 AND m.client_message_id = $4 AND ${byClientId('m')}`,
  bySystem: `${select} AND m.user_id IS NULL AND $3::uuid IS NULL AND m.client_message_id = $4 AND ${byClientId('m')}`,
}
export const findOne = `${select} ${kept} AND m.message_id = $3`
/** All messages of a room, or only the pinned ones, which have an index of their own. */
export type Which = 'all' | 'pinned'
const only: Record<Which, string> = { all: '', pinned: 'AND m.pinned' }

export const before = (which: Which): string =>
  `${select} ${kept} ${only[which]} AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4`
export const after = (which: Which): string => `${select} ${kept} ${only[which]} AND m.seq > $3 ORDER BY m.seq LIMIT $4`

/** The last message of each room, and how many of others' messages the reader (`$3`) has not read. */
export const digest = `
  SELECT r.chat_room_id, last.*,
    CASE WHEN me.user_id IS NULL THEN 0 ELSE ${unread} END AS unread
  FROM tb_chat_rooms r
  LEFT JOIN tb_user_room me ON me.tenant_id = r.tenant_id AND me.room_id = r.chat_room_id AND me.user_id = $3
  LEFT JOIN LATERAL (${select.replace('$2', 'r.chat_room_id')} AND m.seq = r.last_seq AND m.seq >= r.first_seq) AS last ON true
  WHERE r.tenant_id = $1 AND r.chat_room_id = ANY ($2)`

const piece = (condition: string, order: string): string => `(
  ${select.replace('$2', 'i.room_id')} AND ${condition} AND m.seq >= i.first_seq
  ORDER BY ${order} LIMIT CASE WHEN i.is_read THEN $6 ELSE 0 END)`

/** What a message is taken to weigh beside its text. */
const envelopeBytes = 1000

/** What is too much for one answer is left out of it, and told as such. */
const lightened = messageColumns('w').replace('w.content', 'CASE WHEN w.bytes <= $8 THEN w.content END AS content')

/**
 * Many rooms at once, in one snapshot: where each stands, whether the reader (`$2`; null for who may read all) is a
 * member (of a livestream everybody is), and if so what it has after a position: messages after `$4` (seq), and those
 * before it that changed after `$5` (rev), up to `$6` of each. Rooms are read as long as they have no more than `$7` in
 * all: the numbers say that before any is read. What is beyond `$8` bytes comes without its text, as `is_cut`. A row
 * without a message is a room of which none was read.
 */
export const missed = `
  WITH asked AS (
    SELECT i.*, r.last_seq AS head_seq, r.last_rev AS head_rev, r.first_seq,
      $2::uuid IS NULL OR me.user_id IS NOT NULL OR r.type = 'livestream' AS is_member,
      r.type = 'livestream' AS is_crowd,
      least($6, greatest(0, r.last_seq - greatest(i.after_seq, r.first_seq - 1)))
        + least($6, greatest(0, r.last_rev - i.after_rev)) AS due
    FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS i (room_id, after_seq, after_rev, place)
    JOIN tb_chat_rooms r ON r.tenant_id = $1 AND r.chat_room_id = i.room_id
    LEFT JOIN tb_user_room me ON me.tenant_id = $1 AND me.room_id = i.room_id AND me.user_id = $2
  ),
  i AS (SELECT *, is_member AND sum(due) OVER (ORDER BY place) <= $7 AS is_read FROM asked),
  w AS (
    SELECT i.place, head_seq, head_rev, first_seq, is_member, is_crowd, is_read OR due = 0 AS is_read, after_seq, after_rev, missed.*,
      sum(octet_length(coalesce(missed.content, '')) + ${envelopeBytes}) OVER (
        ORDER BY i.place, missed.seq <= after_seq, CASE WHEN missed.seq <= after_seq THEN missed.rev ELSE missed.seq END
      ) AS bytes
    FROM i LEFT JOIN LATERAL (
      ${piece('m.seq > i.after_seq', 'm.seq')} UNION ALL
      ${piece('m.rev > i.after_rev AND m.rev > 0 AND m.seq <= i.after_seq AND i.after_seq >= i.first_seq', 'm.rev')}
    ) AS missed ON true
  )
  SELECT place::int AS place, head_seq, head_rev, first_seq, is_member, is_crowd, is_read, after_seq, after_rev, bytes > $8 AS is_cut,
    ${lightened}, w.sender_name, w.sender_called, w.sender_img_url
  FROM w`

/** Of rooms of any tenants (`$1`, `$2`), where each stands. */
export const heads = `
  SELECT i.place::int AS place, r.last_seq, r.last_rev
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS i (tenant_id, room_id, place)
  JOIN tb_chat_rooms r ON r.tenant_id = i.tenant_id AND r.chat_room_id = i.room_id`
