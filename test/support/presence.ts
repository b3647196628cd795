/** Presence as tests steer it: what people are to each other, and the end of a tick. */
import { Attendance } from '../../src/presence/attendance.js'
import { rowsOf } from './database.js'
import type { Service, TestUser } from './service.js'
import type { TestSocket } from './sockets.js'

/** Settings with which nobody goes while a test runs, and nothing is told before the test says so. */
export const patient = { PRESENCE_GRACE_MS: '3600000' }

/** Settings with which everything happens by itself, and soon. */
export const hasty = { PRESENCE_GRACE_MS: '100', PRESENCE_TICK_MS: '100' }

/** All that happened until now is written and told. */
export const settle = ({ app }: Service): Promise<void> => app.get(Attendance).settle()

async function relate(one: TestUser, other: TestUser, status: 'accepted' | 'blocked'): Promise<void> {
  const { service, tenantId } = one.tenant
  const sql = 'INSERT INTO tb_friendships (tenant_id, user_id, friend_id, status) VALUES ($1, $2, $3, $4)'
  await rowsOf(service.databaseUrl, sql, [tenantId, one.userId, other.userId, status])
}

export const befriend = (one: TestUser, other: TestUser): Promise<void> => relate(one, other, 'accepted')
export const block = (one: TestUser, other: TestUser): Promise<void> => relate(one, other, 'blocked')

/** What the socket heard of it until now: what was told before comes before this answer. */
export async function heard(socket: TestSocket, event: 'presence' | 'typing'): Promise<any[]> {
  await socket.ask('nothing_of_the_kind')
  return socket.payloads(event)
}

interface StatusRow {
  user_id: string
  is_online: boolean
  last_seen: Date | null
  version: string
}

/** All rows of `tb_user_status`, by user id. `version` is another one whenever the row was written. */
export const statusRows = ({ databaseUrl }: Service): Promise<StatusRow[]> =>
  rowsOf<StatusRow>(
    databaseUrl,
    'SELECT user_id, is_online, last_seen, xmin::text AS version FROM tb_user_status ORDER BY user_id',
  )
