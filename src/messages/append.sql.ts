/**
 * How messages are stored and numbered, one or many in a statement that is its own transaction.
 *
 * The senders' memberships and states are read here under a lock, so that nothing is stored after a removal, a block or
 * a locking was answered, and numbers are given under the lock of the room's row. Who stores `now` waits for nobody:
 * while a room is being deleted or a user locked, the messages of others go on. Who stores in turn locks the sender
 * before the room, as removals do. So no two of these can wait for each other.
 *
 * A message that may not be stored is left out. A `client_message_id` that is there already leaves it out of many, and
 * fails the statement of one; no number is spent.
 *
 * Every row is asked for by its whole key, where the planner has no other way: of a table that is new it knows nothing,
 * and a plan that goes through a room or a table costs more than all else here. That is what the lateral reads are for,
 * and why a reply's message is found by its id alone.
 */
import { calledOf } from '../infra/database/columns.js'
import { byClientId } from './messages.sql.js'
import { wordsOf } from './words.sql.js'

const target = `tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, file_url, client_message_id,
  reply_to, mentions, metadata, created_at, words)`

const numbered = `last_seq = r.last_seq + 1, last_message_at = greatest(clock_timestamp(), r.last_message_at)`

const names = (kind: Kind): string =>
  kind.startsWith('text')
    ? `u.display_name, u.img_url, ${calledOf('u')}`
    : 'NULL::text AS display_name, NULL::text AS img_url, NULL::text AS called'

const member = `tb_user_room m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id`

const isMember = `m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3 AND NOT m.blocked
  AND u.flag_delete = 'active'`

const isRoom = `k.tenant_id = $1 AND k.chat_room_id = $2 AND NOT k.archived`

const replied = `AND (SELECT q.room_id FROM tb_messages q WHERE q.tenant_id = $1 AND q.message_id = $8::uuid) = $2`

/** A text is a user's, and a system message nobody's; a reply must find what it replies to. */
export type Kind = 'text' | 'textReply' | 'system' | 'systemReply'

/** What it waits for: nothing (a row that somebody else holds leaves the message out), or its turn. */
export type Patience = 'now' | 'in turn'

const readingNow = (kind: Kind): string =>
  kind.startsWith('text')
    ? `FROM ${member} JOIN tb_chat_rooms k ON true WHERE ${isMember} AND ${isRoom}
      FOR SHARE OF m, u SKIP LOCKED FOR NO KEY UPDATE OF k SKIP LOCKED`
    : `FROM tb_chat_rooms k WHERE ${isRoom} FOR NO KEY UPDATE OF k SKIP LOCKED`

/** The room is locked by its update: whoever locks a row before updating it may wait for another who waits for them. */
const readingInTurn = (kind: Kind): string =>
  kind.startsWith('text') ? `FROM ${member} WHERE ${isMember} FOR SHARE OF m, u` : ''

/** One message, at half the cost of a batch of one. */
export const appendOne = (kind: Kind, patience: Patience): string => `
  WITH numbered AS (
    UPDATE tb_chat_rooms r SET ${numbered}
    FROM (SELECT ${names(kind)} ${patience === 'now' ? readingNow(kind) : readingInTurn(kind)}) s
    WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND NOT r.archived ${kind.endsWith('Reply') ? replied : ''}
    RETURNING r.last_seq, r.last_message_at, s.display_name, s.img_url, s.called
  ),
  stored AS (
    INSERT INTO ${target}
    SELECT $1, $2, last_seq, $4::uuid, $3::uuid, '${kind.replace('Reply', '')}', $5::text, $6::text, $7::text, $8::uuid,
      $9::uuid[], $10::jsonb, last_message_at, ${wordsOf('$1::uuid', 'coalesce($11::text, $5)')}
    FROM numbered
  )
  SELECT last_seq AS seq, last_message_at AS created_at, display_name, img_url, called FROM numbered`

const sent = `SELECT q.seq FROM tb_messages q
  WHERE q.tenant_id = i.tenant_id AND q.room_id = i.room_id AND q.client_message_id = i.client_message_id AND ${byClientId('q')}
    AND q.user_id`

/**
 * Many messages of any rooms and tenants, as arrays, now: first the rooms, each once, then the messages with the place
 * of their room among these. A room's are numbered in the order of the arrays. Of an array out of a sub-select the planner
 * does not know how long it is: so it makes one plan for all, and keeps it.
 */
export const appendMany = `
  WITH room AS MATERIALIZED (
    SELECT array_agg(k.last_seq ORDER BY d.place) AS last_seqs, array_agg(k.created_at ORDER BY d.place) AS times
    FROM unnest((SELECT $1::uuid[]), $2::uuid[]) WITH ORDINALITY AS d (tenant_id, room_id, place) LEFT JOIN LATERAL (
      SELECT r.last_seq, greatest(clock_timestamp(), r.last_message_at)::timestamptz(3) AS created_at
      FROM tb_chat_rooms r
      WHERE r.tenant_id = d.tenant_id AND r.chat_room_id = d.room_id AND NOT r.archived
      FOR NO KEY UPDATE SKIP LOCKED) k ON true
  ),
  input AS (
    SELECT i.*, ($1::uuid[])[i.room] AS tenant_id, ($2::uuid[])[i.room] AS room_id, room.last_seqs[i.room] AS last_seq,
      room.times[i.room] AS created_at
    FROM room, unnest((SELECT $3::int[]), $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::text[],
      $11::text[], $12::text[]) WITH ORDINALITY AS i (room, user_id, message_id, content, file_url, client_message_id,
      reply_to, mentions, metadata, searchable, place)
  ),
  numbered AS MATERIALIZED (
    SELECT i.*, last_seq + row_number() OVER (PARTITION BY room ORDER BY place) AS seq, s.display_name, s.img_url, s.called
    FROM input i LEFT JOIN LATERAL (
      SELECT u.user_id, u.display_name, u.img_url, ${calledOf('u')}
      FROM tb_user_room m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id
      WHERE m.tenant_id = i.tenant_id AND m.room_id = i.room_id AND m.user_id = i.user_id AND NOT m.blocked
        AND u.flag_delete = 'active'
      FOR SHARE OF m, u SKIP LOCKED) s ON true
    WHERE last_seq IS NOT NULL AND (i.user_id IS NULL OR s.user_id IS NOT NULL)
      AND (reply_to IS NULL OR room_id = (
        SELECT q.room_id FROM tb_messages q WHERE q.tenant_id = i.tenant_id AND q.message_id = i.reply_to))
      AND (client_message_id IS NULL OR CASE WHEN i.user_id IS NULL THEN (${sent} IS NULL ORDER BY q.user_id LIMIT 1)
        ELSE (${sent} = i.user_id) END IS NULL)
  ),
  last AS (
    UPDATE tb_chat_rooms r SET last_seq = n.seq, last_message_at = n.created_at
    FROM (SELECT tenant_id, room_id, max(seq) AS seq, max(created_at) AS created_at FROM numbered GROUP BY 1, 2) n
    WHERE r.tenant_id = n.tenant_id AND r.chat_room_id = n.room_id
  ),
  stored AS (
    INSERT INTO ${target}
    SELECT tenant_id, room_id, seq, message_id, user_id, CASE WHEN user_id IS NULL THEN 'system' ELSE 'text' END,
      content, file_url, client_message_id, reply_to, mentions::uuid[], metadata::jsonb, created_at,
      ${wordsOf('tenant_id', 'coalesce(searchable, content)')}
    FROM numbered
  )
  SELECT place::int AS place, seq, created_at, display_name, img_url, called FROM numbered`
