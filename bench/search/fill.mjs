// Messages of invented words, as unevenly common as those of a language: the nth word is there in about one of n texts.
import { connected } from '../history/fill.mjs'

const AT_ONCE = 100_000
const WORDS = 20_000

/** Rooms are as uneven: the first has a third of all messages. */
const insert = `
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, client_message_id, created_at, words)
  SELECT $1::uuid, s.room_id, r.last_seq + row_number() OVER (PARTITION BY s.room_id ORDER BY s.n), uuidv7(s.age), s.user_id, 'text',
    s.content, s.n::text, now() + s.age, to_tsvector('parley', s.content) || array_to_tsvector(ARRAY[' ' || $1::uuid])
  FROM (
    SELECT n, make_interval(secs => (n - $6::int) * 20) AS age, ($3::uuid[])[1 + n % cardinality($3::uuid[])] AS user_id,
      ($2::uuid[])[CASE WHEN random() < 0.3 THEN 1
        ELSE 1 + floor(power(random(), 2) * cardinality($2::uuid[]))::int END] AS room_id,
      (SELECT string_agg('w' || floor(power(${WORDS}, random()))::int, ' ') FROM generate_series(1, 6 + n % 9) WHERE n = n)
        || CASE WHEN n % 1000 = 0 THEN ' 北京 京' ELSE '' END AS content
    FROM generate_series($4::bigint + 1, $5::bigint) AS n
  ) AS s JOIN tb_chat_rooms r ON r.tenant_id = $1 AND r.chat_room_id = s.room_id`

export async function fillWords(databaseUrl, { tenantId, roomIds, userIds, count }, onProgress) {
  await connected(databaseUrl, async (client) => {
    await client.query('SET session_replication_role = replica')
    for (let from = 0; from < count; from += AT_ONCE) {
      const to = Math.min(count, from + AT_ONCE)
      await client.query(insert, [tenantId, roomIds, userIds, from, to, count])
      await client.query(counted, [tenantId])
      onProgress(to)
    }
  })
}

const counted = `
  UPDATE tb_chat_rooms r SET last_seq = (
    SELECT max(m.seq) FROM tb_messages m WHERE m.tenant_id = $1 AND m.room_id = r.chat_room_id)
  WHERE r.tenant_id = $1`
