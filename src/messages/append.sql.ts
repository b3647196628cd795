/**
 * How messages are stored and numbered, one or many in a statement that is its own transaction.
 *
 * The senders' memberships and states are read here under a lock, so that nothing is stored after a removal, a block or
 * a locking was answered, and numbers are given under the lock of the room's row. Who stores `now` waits for nobody:
 * while a room is being deleted or a user locked, the messages of others go on. Who stores in turn locks the sender
 * before the room, as removals do. So no two of these can wait for each other.
 *
 * A crowd has no memberships: who sends to a livestream need only be an active user of its tenant. That is a statement of
 * its own, so that the others ask nothing for it. In a room with slow mode a message is stored only if its sender was held
 * to that (`pace_s`): so nothing is stored by what a node knew of the room a moment ago.
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

/** Whose messages there are: a member's, one's of a crowd, nobody's. */
type By = 'text' | 'crowd' | 'system'

/** A text is somebody's, and a system message nobody's; a reply must find what it replies to. */
export type Kind = By | `${By}Reply`

interface Sender {
  from: string
  where: (tenantId: string, roomId: string, userId: string) => string
  /** What is locked of it. */
  lock: string
}

const senders = {
  text: {
    from: 'tb_user_room m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id',
    where: (tenantId, roomId, userId) => `m.tenant_id = ${tenantId} AND m.room_id = ${roomId}
        AND m.user_id = ${userId} AND NOT m.blocked AND u.flag_delete = 'active'`,
    lock: 'm, u',
  },
  crowd: {
    from: 'tb_users u',
    where: (tenantId, _, userId) => `u.tenant_id = ${tenantId} AND u.user_id = ${userId} AND u.flag_delete = 'active'`,
    lock: 'u',
  },
} satisfies Record<string, Sender>

/** The one of the statement's values; null for a system message. */
const senderOf = (by: By): { from: string; where: string; lock: string } | null =>
  by === 'system' ? null : { ...senders[by], where: senders[by].where('$1', '$2', '$3') }

const byOf = (kind: Kind): By => kind.replace('Reply', '') as By

const names = (by: By): string =>
  senderOf(by)
    ? `u.display_name, u.img_url, ${calledOf('u')}`
    : 'NULL::text AS display_name, NULL::text AS img_url, NULL::text AS called'

const isOf = (by: By, room: string): string => (by === 'crowd' ? `AND ${room}.type = 'livestream'` : '')

const takes = (by: By, room: string): string => `${room}.tenant_id = $1 AND ${room}.chat_room_id = $2
  AND NOT ${room}.archived AND ${room}.slow_mode_s <= $12::int ${isOf(by, room)}`

const replied = `AND (SELECT q.room_id FROM tb_messages q WHERE q.tenant_id = $1 AND q.message_id = $8::uuid) = $2`

/** What it waits for: nothing (a row that somebody else holds leaves the message out), or its turn. */
export type Patience = 'now' | 'in turn'

const readingNow = (by: By): string => {
  const sender = senderOf(by)
  const room = 'FOR NO KEY UPDATE OF k SKIP LOCKED'
  if (!sender) return `FROM tb_chat_rooms k WHERE ${takes(by, 'k')} ${room}`
  return `FROM ${sender.from} JOIN tb_chat_rooms k ON true WHERE ${sender.where} AND ${takes(by, 'k')}
      FOR SHARE OF ${sender.lock} SKIP LOCKED ${room}`
}

/** The room is locked by its update: whoever locks a row before updating it may wait for another who waits for them. */
const readingInTurn = (by: By): string => {
  const sender = senderOf(by)
  return sender ? `FROM ${sender.from} WHERE ${sender.where} FOR SHARE OF ${sender.lock}` : ''
}

const reading: Record<Patience, (by: By) => string> = { now: readingNow, 'in turn': readingInTurn }

/** One message, at half the cost of a batch of one. */
function oneOf(kind: Kind, patience: Patience): string {
  const by = byOf(kind)
  return `
  WITH numbered AS (
    UPDATE tb_chat_rooms r SET ${numbered}
    FROM (SELECT ${names(by)} ${reading[patience](by)}) s
    WHERE ${takes(by, 'r')} ${kind.endsWith('Reply') ? replied : ''}
    RETURNING r.last_seq, r.last_message_at, s.display_name, s.img_url, s.called
  ),
  stored AS (
    INSERT INTO ${target}
    SELECT $1, $2, last_seq, $4::uuid, $3::uuid, '${by === 'system' ? 'system' : 'text'}', $5::text, $6::text, $7::text, $8::uuid,
      $9::uuid[], $10::jsonb, last_message_at, ${wordsOf('$1::uuid', 'coalesce($11::text, $5)')}
    FROM numbered
  )
  SELECT last_seq AS seq, last_message_at AS created_at, display_name, img_url, called FROM numbered`
}

const sent = `SELECT q.seq FROM tb_messages q
  WHERE q.tenant_id = i.tenant_id AND q.room_id = i.room_id AND q.client_message_id = i.client_message_id AND ${byClientId('q')}
    AND q.user_id`

const senderInMany = ({ from, where, lock }: Sender): string =>
  `FROM ${from} WHERE ${where('i.tenant_id', 'i.room_id', 'i.user_id')} FOR SHARE OF ${lock} SKIP LOCKED`

/**
 * Many messages of any rooms and tenants, as arrays, now: first the rooms, each once, then the messages with the place
 * of their room among these. A room's are numbered in the order of the arrays. Of an array out of a sub-select the planner
 * does not know how long it is: so it makes one plan for all, and keeps it.
 */
const manyOf = (by: 'text' | 'crowd'): string => `
  WITH room AS MATERIALIZED (
    SELECT array_agg(k.last_seq ORDER BY d.place) AS last_seqs, array_agg(k.created_at ORDER BY d.place) AS times,
      array_agg(k.slow_mode_s ORDER BY d.place) AS slow_modes
    FROM unnest((SELECT $1::uuid[]), $2::uuid[]) WITH ORDINALITY AS d (tenant_id, room_id, place) LEFT JOIN LATERAL (
      SELECT r.last_seq, r.slow_mode_s, greatest(clock_timestamp(), r.last_message_at)::timestamptz(3) AS created_at
      FROM tb_chat_rooms r
      WHERE r.tenant_id = d.tenant_id AND r.chat_room_id = d.room_id AND NOT r.archived ${isOf(by, 'r')}
      FOR NO KEY UPDATE SKIP LOCKED) k ON true
  ),
  input AS (
    SELECT i.*, ($1::uuid[])[i.room] AS tenant_id, ($2::uuid[])[i.room] AS room_id, room.last_seqs[i.room] AS last_seq,
      room.times[i.room] AS created_at, room.slow_modes[i.room] AS slow_mode_s
    FROM room, unnest((SELECT $3::int[]), $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::text[],
      $11::text[], $12::text[], $13::int[]) WITH ORDINALITY AS i (room, user_id, message_id, content, file_url, client_message_id,
      reply_to, mentions, metadata, searchable, pace_s, place)
  ),
  numbered AS MATERIALIZED (
    SELECT i.*, last_seq + row_number() OVER (PARTITION BY room ORDER BY place) AS seq, s.display_name, s.img_url, s.called
    FROM input i LEFT JOIN LATERAL (
      SELECT u.user_id, u.display_name, u.img_url, ${calledOf('u')}
      ${senderInMany(senders[by])}) s ON true
    WHERE last_seq IS NOT NULL AND slow_mode_s <= pace_s AND (i.user_id IS NULL OR s.user_id IS NOT NULL)
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

const kinds = ['text', 'textReply', 'crowd', 'crowdReply', 'system', 'systemReply'] as const

const forKinds = (patience: Patience) =>
  Object.fromEntries(kinds.map((kind) => [kind, oneOf(kind, patience)])) as Record<Kind, string>

export const appendOne: Record<Patience, Record<Kind, string>> = {
  now: forKinds('now'),
  'in turn': forKinds('in turn'),
}

/** System messages go with the members' texts. */
export const appendMany = { text: manyOf('text'), crowd: manyOf('crowd') }
