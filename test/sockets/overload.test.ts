/** More than a node can store is refused at once with a clear answer, and nothing of it is stored. */
import { Client } from 'pg'
import { MessagesService } from '../../src/messages/messages.service.js'
import { countOf, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let room_id: string
let client: Client

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  room_id = await tenant.room([ann])
  client = new Client({ connectionString: service.databaseUrl })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await service.stop()
})

/** What the lane holds of one tenant, and the one that is on its way. */
const full = 5001

it('what is more than the queue holds is refused, by whatever way; the rest is stored when it can be', async () => {
  const { message_id } = await ann.send(room_id, 'first', { client_message_id: 'first' })
  const [socket, anns] = [await ann.socket(), await ann.socket()]
  const bob = await (await service.tenant()).user()
  const bobs = await bob.tenant.room([bob])
  await client.query('BEGIN')
  await client.query('LOCK TABLE tb_messages IN EXCLUSIVE MODE')
  const messages = service.app.get(MessagesService)
  const actor = { kind: 'user', tenantId: tenant.tenantId, userId: ann.userId, role: 'user' } as const
  const waiting = Array.from({ length: full }, (_, n) => messages.send(actor, room_id, { text_message: `${n}` }))

  const overloaded = { code: 'overloaded', status: 503, retryable: true, retry_after_ms: 1000 }
  const input = { room_id, text_message: 'too much' }
  const refused = [
    (await socket.ask('send_message', input)).error,
    (await socket.ask('edit_message', { ...input, message_id })).error,
    (await socket.ask('delete_message', { room_id, message_id })).error,
    await ann.send(room_id, 'too much'),
    await tenant.backend.post(`/room/${room_id}/message/send`, { text_message: 'too much' }).then(({ body }) => body),
  ]
  for (const error of refused) expect(error).toMatchObject(overloaded)
  const answer = await ann.rest.post(`/room/${room_id}/message/send`, { text_message: 'too much' })
  expect(answer).toMatchObject(problem(503, 'overloaded', { retry_after_ms: 1000 }))
  expect(answer.headers.get('retry-after')).toBe('1')
  // Whoever only reads feels nothing of it.
  expect(await anns.ask('join_room', { room_id, after_seq: 0 })).toMatchObject({ ok: true, last_seq: 1 })

  const ofAnother = bob.send(bobs, 'waits with the others')
  await client.query('COMMIT')
  expect(await ofAnother).toMatchObject({ seq: 1 })
  const stored = await Promise.all(waiting)
  expect(stored.map(({ message }) => message.seq)).toEqual(stored.map((_, index) => index + 2))
  expect(await countOf(tenant, 'tb_messages')).toBe(full + 1)
  expect((await ann.rest.get(`/room/${room_id}/message/${message_id}`)).body).toMatchObject({ rev: 0 })
  expect(await ann.send(room_id, 'there is room again')).toMatchObject({ seq: full + 2 })
}, 60_000)
