/**
 * How messages are edited, pinned and deleted and their changes numbered, one or many in a statement that is its own
 * transaction.
 *
 * Who changes must still be whom they were judged to be (`role_id`, `room_role`), and who is no member finds the room
 * open, so that nothing is changed after a removal, a locking or a closing was answered. Who is blocked in a private room
 * may only delete. What was judged by how a message was (`read_rev`) finds it so. What may not be changed is left out, and spends no number, as is a pin that is there; not two changes
 * of one message in a statement. What hangs on a deleted message goes with it by a trigger, which also sees what
 * came after this statement began and before it had the message.
 */
import type { Patience } from './append.sql.js'
import { lastRevs, locked, roleInCrowd } from './locked.sql.js'
import { messageColumns, senderColumns, senderOf } from './messages.sql.js'
import { wordsOf } from './words.sql.js'

/** Earlier versions that are kept of a message: before another comes, the oldest go. */
export const maxEdits = 100

const patched = (column: string, value: string): string =>
  `${column} = CASE WHEN n.patch ? '${column}' THEN ${value} ELSE q.${column} END`

const input = `
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::jsonb[],
      $8::text[], $9::bigint[])
      WITH ORDINALITY AS i (tenant_id, room_id, message_id, user_id, role_id, room_role, patch, does, read_rev, place)
  `

const may = `i.user_id IS NULL OR (p.role_id = i.role_id
      AND (m.room_role IS NOT DISTINCT FROM i.room_role OR m.room_role IS NULL AND i.room_role = ${roleInCrowd})
      AND (i.does = 'delete' OR m.blocked IS NOT TRUE))`

const stored = `
  numbered AS MATERIALIZED (
    SELECT w.*, m.seq, m.last_rev + row_number() OVER (PARTITION BY w.tenant_id, w.room_id ORDER BY w.place) AS rev
    FROM wanted w JOIN message m USING (tenant_id, room_id, message_id)
    WHERE (w.does IN ('delete', 'erase', 'scrub') OR NOT m.archived) AND (w.read_rev IS NULL OR w.read_rev = m.rev)
      AND (w.user_id IS NULL OR w.room_role IS NOT NULL OR m.access = 'open')
      AND (w.does <> 'pin' OR (w.patch->'pinned')::boolean <> m.pinned)
  ),
  ${lastRevs}
  before AS (
    INSERT INTO message_edits (tenant_id, message_id, rev, content, file_url, mentions, metadata, written_at)
    SELECT m.tenant_id, m.message_id, n.rev, m.content, m.file_url, m.mentions, m.metadata,
      coalesce(m.edited_at, m.created_at)
    FROM numbered n JOIN message m USING (tenant_id, room_id, message_id)
    WHERE n.does = 'edit'
  ),
  forgotten AS (
    DELETE FROM message_edits e WHERE e.ctid = ANY (ARRAY (
      SELECT o.ctid FROM numbered n CROSS JOIN LATERAL (
        SELECT o.ctid FROM message_edits o WHERE o.tenant_id = n.tenant_id AND o.message_id = n.message_id
        ORDER BY o.rev DESC OFFSET CASE WHEN n.does = 'edit' THEN ${maxEdits - 1} ELSE 0 END) o
      WHERE n.does IN ('edit', 'erase')))
  ),
  changed AS (
    UPDATE tb_messages q SET
      rev = n.rev,
      ${patched('content', `n.patch->>'content'`)},
      ${patched('words', wordsOf('n.tenant_id', `n.patch->>'words'`))},
      ${patched('file_url', `n.patch->>'file_url'`)},
      ${patched('mentions', `ARRAY(SELECT jsonb_array_elements_text(n.patch->'mentions'))::uuid[]`)},
      ${patched('metadata', `nullif(n.patch->'metadata', 'null')`)},
      ${patched('pinned', `(n.patch->'pinned')::boolean`)},
      ${patched('reactions', `n.patch->'reactions'`)},
      edited_at = CASE WHEN n.does = 'edit' THEN clock_timestamp() ELSE q.edited_at END,
      deleted_at = CASE WHEN n.does = 'delete' THEN clock_timestamp() END
    FROM numbered n
    WHERE q.tenant_id = n.tenant_id AND q.message_id = n.message_id
    RETURNING q.tenant_id, n.place::int AS place, ${messageColumns('q')}
  )
  SELECT changed.*, ${senderColumns}
  FROM changed ${senderOf('changed')}`

/** Changes as arrays, now or in their turn. */
export const change = (patience: Patience): string => `${locked(input, may, patience)} ${stored}`

export const edits = `
  SELECT rev, content, file_url, mentions, metadata, written_at FROM message_edits
  WHERE tenant_id = $1 AND message_id = $2 AND rev > $3 ORDER BY rev LIMIT $4`
