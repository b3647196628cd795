/**
 * How reactions are stored, counted and numbered, one or many in a statement that is its own transaction.
 *
 * Any number of them may be of one message: each has its own `rev` and its own count, as if one had come after the other.
 * No two are one person's with one emoji. What is so already is stored no second time and spends no number: the
 * message comes without a `rev` of the reaction. Of what may not be stored nothing comes.
 *
 * The counts beside the message are in the order of each emoji's first use: one that nobody uses any more begins anew.
 * Of new emoji only as many are taken as there is place for before any of these reactions is taken back.
 */
import type { Patience } from './append.sql.js'
import { lastRevs, locked, roleInCrowd } from './locked.sql.js'
import { messageColumns, senderColumns, senderOf } from './messages.sql.js'

/** Different emoji that a message may have. */
export const maxEmoji = 50

const input = `
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::uuid[])
      WITH ORDINALITY AS i (tenant_id, room_id, message_id, user_id, emoji, adds, reaction_id, place)
  `

const may = `p.user_id IS NOT NULL AND (m.user_id IS NOT NULL OR ${roleInCrowd} IS NOT NULL)
      AND (i.adds AND m.blocked) IS NOT TRUE`

const isNew = `w.adds AND NOT m.reactions @> jsonb_build_array(jsonb_build_object('emoji', w.emoji))`

/** Those that may be stored, and of them those that change something. */
const taken = `
  fitting AS MATERIALIZED (
    SELECT f.* FROM (
      SELECT w.*, m.seq, m.reactions, m.last_rev, ${isNew} AS is_new,
        jsonb_array_length(m.reactions) + dense_rank() OVER (PARTITION BY w.tenant_id, w.message_id, ${isNew} ORDER BY w.emoji)
          AS emoji_then
      FROM wanted w JOIN message m USING (tenant_id, room_id, message_id)
      WHERE NOT (w.adds AND m.archived)
    ) f
    WHERE NOT is_new OR emoji_then <= ${maxEmoji}
  ),
  added AS (
    INSERT INTO tb_reaction (tenant_id, reaction_id, message_id, user_id, emoji)
    SELECT tenant_id, reaction_id, message_id, user_id, emoji FROM fitting WHERE adds
    ON CONFLICT (tenant_id, message_id, user_id, emoji) DO NOTHING
    RETURNING tenant_id, message_id, user_id, emoji
  ),
  removed AS (
    DELETE FROM tb_reaction t WHERE t.ctid = ANY (ARRAY (
      SELECT o.ctid FROM fitting f CROSS JOIN LATERAL (
        SELECT o.ctid FROM tb_reaction o
        WHERE (o.tenant_id, o.message_id, o.user_id, o.emoji) = (f.tenant_id, f.message_id, f.user_id, f.emoji)
        OFFSET 0) o
      WHERE NOT f.adds))
    RETURNING t.tenant_id, t.message_id, t.user_id, t.emoji
  ),
  done AS (SELECT * FROM added UNION ALL SELECT * FROM removed),`

const counts = `jsonb_array_elements(f.reactions) WITH ORDINALITY AS c (one, place)`

const counted = `
  numbered AS MATERIALIZED (
    SELECT f.*, f.last_rev + row_number() OVER (PARTITION BY f.tenant_id, f.room_id ORDER BY f.place) AS rev,
      coalesce((SELECT (c.one->>'count')::int FROM ${counts} WHERE c.one->>'emoji' = f.emoji), 0)
        + sum(CASE WHEN f.adds THEN 1 ELSE -1 END)
          OVER (PARTITION BY f.tenant_id, f.message_id, f.emoji ORDER BY f.place)::int AS count
    FROM fitting f JOIN done USING (tenant_id, message_id, user_id, emoji)
  ),
  touched AS (
    SELECT tenant_id, message_id, emoji, max(rev) AS rev, (array_agg(count ORDER BY place DESC))[1] AS count,
      max(place) FILTER (WHERE adds AND count = 1) AS begun
    FROM numbered GROUP BY 1, 2, 3
  ),
  ${lastRevs}
  changed AS (
    UPDATE tb_messages q SET rev = f.rev, reactions = coalesce((
      SELECT jsonb_agg(jsonb_build_object('emoji', s.emoji, 'count', s.count) ORDER BY s.begun NULLS FIRST, s.place)
      FROM (
        SELECT coalesce(t.emoji, c.one->>'emoji') AS emoji, coalesce(t.count, (c.one->>'count')::int) AS count, t.begun,
          c.place
        FROM ${counts} FULL JOIN (SELECT * FROM touched t WHERE (t.tenant_id, t.message_id) = (f.tenant_id, f.message_id)) t
          ON t.emoji = c.one->>'emoji'
      ) s WHERE s.count > 0), '[]')
    FROM (SELECT tenant_id, message_id, reactions, max(rev) AS rev FROM numbered GROUP BY 1, 2, 3) f
    WHERE q.tenant_id = f.tenant_id AND q.message_id = f.message_id
    RETURNING q.tenant_id, ${messageColumns('q')}
  ),
  shown AS (
    SELECT * FROM changed
    UNION ALL
    SELECT m.tenant_id, ${messageColumns('m')} FROM message m
    WHERE NOT EXISTS (SELECT FROM numbered n WHERE (n.tenant_id, n.message_id) = (m.tenant_id, m.message_id))
  )
  SELECT f.place::int AS place, n.rev AS reaction_rev, n.count AS reaction_count, ${messageColumns('s')},
    ${senderColumns}
  FROM fitting f JOIN shown s USING (tenant_id, room_id, message_id) LEFT JOIN numbered n USING (place)
  ${senderOf('s')}
  ORDER BY f.place`

/** Reactions as arrays, now or in their turn. */
export const react = (patience: Patience): string => `${locked(input, may, patience)} ${taken} ${counted}`

/** Which of these messages' emoji are the person's own. */
export const own = `SELECT message_id, emoji FROM tb_reaction WHERE tenant_id = $1 AND message_id = ANY ($2) AND user_id = $3`
