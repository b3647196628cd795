/** Messages as they would be after a long time, behind the service's back. */
import { rowsOf } from './database.js'
import type { Service, TestUser } from './service.js'

/** The room's next messages, by this user: as many, and so many days old; with words, so that nobody fills them in. */
export async function fill(user: TestUser, roomId: string, count: number, daysOld: number): Promise<void> {
  const { service, tenantId } = user.tenant
  await rowsOf(
    service.databaseUrl,
    `WITH room AS (
       UPDATE tb_chat_rooms SET last_seq = last_seq + $4 WHERE tenant_id = $1 AND chat_room_id = $2 RETURNING last_seq
     )
     INSERT INTO tb_messages (tenant_id, room_id, user_id, seq, message_id, type, content, created_at, words)
     SELECT $1, $2, $3, last_seq - $4 + n, gen_random_uuid(), 'text', n::text, now() - make_interval(days => $5), ''
     FROM room, generate_series(1, $4::int) AS n`,
    [tenantId, roomId, user.userId, count, daysOld],
  )
}

/** All that was said in the room until now was said so many days earlier. */
export async function age({ databaseUrl }: Service, roomId: string, days: number): Promise<void> {
  const sql = 'UPDATE tb_messages SET created_at = created_at - make_interval(days => $2) WHERE room_id = $1'
  await rowsOf(databaseUrl, sql, [roomId, days])
}

/** What the database holds of the room's messages, below `first_seq` too. */
export async function storedSeqs({ databaseUrl }: Service, roomId: string): Promise<number[]> {
  const sql = 'SELECT seq::int FROM tb_messages WHERE room_id = $1 ORDER BY 1'
  return (await rowsOf<{ seq: number }>(databaseUrl, sql, [roomId])).map(({ seq }) => seq)
}

export const numbers = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
