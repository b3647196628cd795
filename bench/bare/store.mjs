// One plain prepared INSERT a message, each its own commit, on a pool of ten.
import pg from 'pg'

const table = `
  CREATE TABLE IF NOT EXISTS message (
    message_id uuid PRIMARY KEY,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    sender_id uuid NOT NULL,
    client_message_id text NOT NULL,
    text_message text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS message_history ON message (room_id, seq)`

const insert = {
  name: 'insert',
  text: `INSERT INTO message (message_id, room_id, seq, sender_id, client_message_id, text_message, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
}

export async function openStore(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  await pool.query(table)
  return {
    insert: ({ message_id, room_id, seq, sender, client_message_id, text_message, created_at }) =>
      pool.query({
        ...insert,
        values: [message_id, room_id, seq, sender.user_id, client_message_id, text_message, created_at],
      }),
  }
}
