import { Recorder } from '../../src/usage/recorder.js'
import { v7 as uuid } from 'uuid'
import { logIn } from '../support/console.js'
import type { Rest } from '../support/rest.js'
import { TestUser, type Service, type TestTenant } from '../support/service.js'
import { rowsOf } from '../support/database.js'
import type { Hand, Kind } from './slots.js'

/** Of the user of every world. */
export const password = 'correct horse battery staple'

/** A tenant with something of everything. Every text of it has its word, which is found nowhere else. */
export interface World {
  tenant: TestTenant
  word: string
  user: TestUser
  other: TestUser
  admin: TestUser
  rooms: Record<'open' | 'invite' | 'private', string>
  /** What is in its slots, seen from each of its rooms. */
  hands: Record<'open' | 'invite' | 'private', Hand>
  /** Everything by which a REST call can be somebody of it. */
  credentials: Record<string, Rest>
}

/** `spares`: so many further users and messages, whose names are each given out once. */
export async function makeWorld(service: Service, word: string, spares = 0): Promise<World> {
  const tenant = await service.tenant({ name: `Tenant ${word}`, self_registration: true })
  const person = (name: string, fields: object = {}): Promise<TestUser> =>
    tenant.user({ ...namesOf(word, name), display_name: `${name} ${word}`, metadata: { of: word }, ...fields })
  const user = await withPassword(await person('user'))
  const other = await person('other')
  const admin = await person('admin', { role: 'admin' })
  const named = { name: `Room ${word}`, metadata: { of: word } }
  const rooms = {
    open: await tenant.room([user, admin, other], named),
    invite: await tenant.room([user, admin, other], { ...named, access: 'invite' }),
    private: await tenant.room([user, other], { ...named, type: 'private' }),
  }
  await user.rest.post('/friend', { friend_id: admin.userId })
  await user.rest.post('/api/chat/thread', { stream_id: `stream ${word} user` })
  const messages: Record<string, string> = {}
  for (const room of Object.values(rooms)) {
    messages[room] = (await user.send(room, `First ${word}`, { metadata: { of: word } })).message_id
    for (const text_message of [`Edited ${word}`, `Again ${word}`]) {
      await user.rest.patch(`/room/${room}/message/${messages[room]}`, { text_message })
    }
    await other.send(room, `Second ${word}`, { reply_to: messages[room], mentions: [user.userId] })
  }
  await makeSpares(tenant, user, rooms.open, word, spares)
  await makeStreams(tenant, user, word, spares)
  const world = { tenant, word, user, other, admin, rooms }
  const cursors = await cursorsOf(world, messages[rooms.open]!)
  // Or somebody else's look at their own usage would write this world's too.
  await service.app.get(Recorder).write()
  const spare = { next: 0, of: spares }
  const handIn = (room: string): Hand => {
    const people = { tenant: tenant.tenantId, user: user.userId, other: other.userId, token: user.token }
    const ids = { ...cursors, ...people, room, pair: rooms.private, message: messages[room]! }
    return (kind) => ids[kind as keyof typeof ids] ?? nameOf(word, kind, spare)
  }
  const hands = { open: handIn(rooms.open), invite: handIn(rooms.invite), private: handIn(rooms.private) }
  return { ...world, hands, credentials: await credentialsOf(tenant, user, admin) }
}

async function withPassword({ tenant, userId, clientKey }: TestUser): Promise<TestUser> {
  const { body } = await tenant.backend.as({ clientKey }).post('/auth/password', { password })
  return new TestUser(tenant, userId, body.token)
}

const namesOf = (word: string, name: string) => ({
  external_id: `external_id ${word} ${name}`,
  username: `username ${word} ${name}`,
})

/** Without spares, the names of the user. */
function nameOf(word: string, kind: Kind, spare: { next: number; of: number }): string {
  if (!spare.of) return `${kind} ${word} user`
  if (spare.next === spare.of) throw new Error('make the world with more spares')
  return `${kind} ${word} ${spare.next++}`
}

/** In one statement each: a few hundred requests would take their time. */
async function makeSpares(tenant: TestTenant, user: TestUser, room: string, word: string, spares: number) {
  const { databaseUrl } = tenant.service
  const ids = Array.from({ length: spares }, () => uuid())
  await rowsOf(
    databaseUrl,
    `INSERT INTO tb_users (tenant_id, user_id, external_id, username, role_id)
     SELECT $1, id, format('external_id %s %s', $3::text, n - 1), format('username %s %s', $3::text, n - 1), 3
     FROM unnest($2::uuid[]) WITH ORDINALITY AS spare (id, n)`,
    [tenant.tenantId, ids, word],
  )
  await rowsOf(
    databaseUrl,
    `WITH stored AS (
       INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, client_message_id, created_at)
       SELECT $1, $3, r.last_seq + n, id, $4, 'text', $5, format('client_message_id %s %s', $5::text, n - 1), now()
       FROM unnest($2::uuid[]) WITH ORDINALITY AS spare (id, n), tb_chat_rooms r
       WHERE r.tenant_id = $1 AND r.chat_room_id = $3)
     UPDATE tb_chat_rooms SET last_seq = last_seq + $6 WHERE tenant_id = $1 AND chat_room_id = $3`,
    [tenant.tenantId, ids, room, user.userId, word, spares],
  )
}

async function makeStreams({ service, tenantId }: TestTenant, user: TestUser, word: string, spares: number) {
  await rowsOf(
    service.databaseUrl,
    `WITH room AS (
       INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access, name, created_by)
       SELECT $1, gen_random_uuid(), 'livestream', 'open', format('stream %s %s', $3::text, n - 1), $2
       FROM generate_series(1, $4::int) n RETURNING *)
     INSERT INTO chat_threads (tenant_id, stream_id, room_id, streamer_id)
     SELECT tenant_id, name, chat_room_id, created_by FROM room`,
    [tenantId, user.userId, word, spares],
  )
}

async function cursorsOf(
  { user, rooms }: Pick<World, 'user' | 'rooms'>,
  message: string,
): Promise<Record<string, string>> {
  const cursorOf = async (path: string): Promise<string> =>
    (await user.rest.get(`${path}${path.includes('?') ? '&' : '?'}limit=1`)).body.next_cursor
  return {
    user_cursor: await cursorOf('/user'),
    room_cursor: await cursorOf('/room'),
    found_cursor: await cursorOf('/search?q=again'),
    member_cursor: await cursorOf(`/room/${rooms.open}/member`),
    edit_cursor: await cursorOf(`/room/${rooms.open}/message/${message}/edits`),
  }
}

const credentialsOf = async (tenant: TestTenant, user: TestUser, admin: TestUser): Promise<Record<string, Rest>> => ({
  clientKey: tenant.backend,
  'clientKey.user': tenant.backend.as({ clientKey: user.clientKey }),
  'a user’s JWT': user.rest,
  'an admin’s JWT': admin.rest,
  'x-internal-api-key': tenant.backend.as({ 'x-internal-api-key': tenant.apiToken }),
  'the console’s cookie': (await logIn(tenant.service.anyone, tenant.apiToken)).page,
})
