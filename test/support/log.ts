/** The log, written behind the service's back: fast, and without an event that tells of it. */
import { rowsOf } from './database.js'
import type { Service } from './service.js'

/** Stores system messages after the last one, as another node would; in each of the rooms. */
export async function storeMessages(
  service: Service,
  rooms: string | string[],
  count: number,
  text = 'stored',
): Promise<void> {
  await rowsOf(
    service.databaseUrl,
    `WITH room AS (
       UPDATE tb_chat_rooms SET last_seq = last_seq + $2, last_message_at = clock_timestamp()
       WHERE chat_room_id = ANY ($1::uuid[]) RETURNING tenant_id, chat_room_id, last_seq - $2 AS before
     )
     INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, type, content, created_at, words)
     SELECT tenant_id, chat_room_id, before + n, gen_random_uuid(), 'system', $3, clock_timestamp(), ''
     FROM room, generate_series(1, $2) AS n`,
    [[rooms].flat(), count, text],
  )
}

/** Edits the messages from this `seq` on, one after another, as another node would. */
export async function editMessages(service: Service, roomId: string, fromSeq: number, count: number): Promise<void> {
  await rowsOf(
    service.databaseUrl,
    `WITH room AS (
       UPDATE tb_chat_rooms SET last_rev = last_rev + $3 WHERE chat_room_id = $1 RETURNING last_rev - $3 AS before
     )
     UPDATE tb_messages SET rev = before + seq - $2 + 1, content = 'edited', edited_at = clock_timestamp()
     FROM room WHERE room_id = $1 AND seq >= $2 AND seq < $2 + $3`,
    [roomId, fromSeq, count],
  )
}
