// Two rooms with the same members, and messages in them as if they had been sent.
import pg from 'pg'

const AT_ONCE = 200_000

// As Parley stores them: ids of version 7, each with a `client_message_id`, texts of 100 to 200 characters. The senders
// take turns.
const insert = `
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, client_message_id, created_at)
  SELECT r.tenant_id, r.chat_room_id, seq, uuidv7(), ($2::uuid[])[1 + seq % cardinality($2::uuid[])], 'text',
    rpad('Message ' || seq, 100 + seq::int * 37 % 101, ' and so on'), lpad(seq::text, 10, '0'), r.created_at
  FROM tb_chat_rooms r, generate_series($3::bigint, $4::bigint) AS seq
  WHERE r.chat_room_id = $1`

const close = `
  UPDATE tb_chat_rooms SET last_seq = $2, last_message_at = created_at WHERE chat_room_id = $1`

/** Messages 1 to `count` of this room, by these senders. */
export async function fillRoom(databaseUrl, { roomId, senderIds, count }, onProgress) {
  await connected(databaseUrl, async (client) => {
    // The rows refer to what is there: looking it up ten million times would take an hour, and prove nothing.
    await client.query('SET session_replication_role = replica')
    for (let from = 1; from <= count; from += AT_ONCE) {
      const to = Math.min(count, from + AT_ONCE - 1)
      await client.query(insert, [roomId, senderIds, from, to])
      onProgress(to)
    }
    await client.query(close, [roomId, count])
  })
}

/** As a room that has been there for long is found: vacuumed, analysed, on disk; and everybody has read everything. */
export async function settle(databaseUrl) {
  await connected(databaseUrl, async (client) => {
    await client.query(`
      UPDATE tb_user_room m SET last_read_seq = r.last_seq FROM tb_chat_rooms r
      WHERE r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id`)
    await client.query('VACUUM (ANALYZE)')
    await client.query('CHECKPOINT')
  })
}

export async function connected(databaseUrl, use) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
