/** The same `client_message_id` again is the same message, however often, at once, and by whatever way. */
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

beforeEach(async () => {
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const bySocket = async (socket: TestSocket, fields: object): Promise<{ message: any; duplicate: boolean }> => {
  const { ok, ...sent } = await socket.ask('send_message', { room_id, text_message: 'Hi', ...fields })
  expect(ok).toBe(true)
  return sent
}

const byRest = async (user: TestUser, fields: object, headers: Record<string, string> = {}) => {
  const input = { text_message: 'Hi', ...fields }
  const { status, body } = await user.rest.post(`/room/${room_id}/message/send`, input, { headers })
  const { duplicate = false, ...message } = body
  expect(status).toBe(duplicate ? 200 : 201)
  return { message, duplicate }
}

const ids = (sent: { message: { message_id: string } }[]) => new Set(sent.map(({ message }) => message.message_id))
const storedHere = () => rowsOf(service.databaseUrl, 'SELECT seq FROM tb_messages WHERE room_id = $1', [room_id])

it('fifty at once, over REST and five sockets: one message, all answered with it, heard once', async () => {
  const listening = await bob.socketIn(room_id)
  const sockets = await Promise.all([1, 2, 3, 4, 5].map(() => ann.socket()))
  const again = { client_message_id: 'fifty' }
  const sent = await Promise.all([
    ...sockets.flatMap((socket) => [1, 2, 3, 4, 5, 6].map(() => bySocket(socket, again))),
    ...Array.from({ length: 20 }, () => byRest(ann, again)),
  ])
  expect(sent).toHaveLength(50)
  expect(ids(sent).size).toBe(1)
  for (const { message } of sent) expect(message).toEqual(sent[0]!.message)
  expect(sent.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  expect(await storedHere()).toHaveLength(1)

  const { message: next } = await byRest(ann, {})
  expect(next.seq).toBe(2)
  expect(await listening.next('new_message', 2)).toEqual([sent[0]!.message, next])
})

it('fifty different ones, each twice at once: fifty messages, no number lost', async () => {
  const sockets = [await ann.socketIn(room_id), await ann.socket()]
  const each = (client_message_id: string) => sockets.map((socket) => bySocket(socket, { client_message_id }))
  const sent = await Promise.all(Array.from({ length: 50 }, (_, n) => `id ${n}`).flatMap(each))
  expect(ids(sent).size).toBe(50)
  expect(sent.filter(({ duplicate }) => duplicate)).toHaveLength(50)
  const heard = await sockets[0]!.next('new_message', 50)
  expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
})

it('the same id with another content answers the original', async () => {
  const socket = await ann.socket()
  const original = await bySocket(socket, { client_message_id: 'x', text_message: 'first', metadata: { n: 1 } })
  expect(original).toMatchObject({ duplicate: false, message: { text_message: 'first', metadata: { n: 1 } } })
  const { message } = original
  const other = { client_message_id: 'x', text_message: 'second' }
  expect(await bySocket(socket, other)).toEqual({ message, duplicate: true })
  expect(await byRest(ann, other)).toEqual({ message, duplicate: true })
  expect(await storedHere()).toHaveLength(1)
})

it('the same id by another sender, of the backend, or in another room, is another message', async () => {
  const again = { client_message_id: 'x' }
  const [anns, bobs] = [await ann.socket(), await bob.socket()]
  const sent = [await bySocket(anns, again), await bySocket(bobs, again)]
  const { status, body } = await tenant.backend.post(`/room/${room_id}/message/send`, { text_message: 'Hi', ...again })
  expect(status).toBe(201)
  room_id = await tenant.room([ann])
  sent.push(await bySocket(anns, again), { message: body, duplicate: false })
  expect(ids(sent).size).toBe(4)
  expect(sent.map(({ duplicate }) => duplicate)).toEqual([false, false, false, false])
})

it('without an id, or with null, everything is another message', async () => {
  const socket = await ann.socket()
  const none = { client_message_id: null }
  const sent = [await bySocket(socket, {}), await bySocket(socket, {}), await bySocket(socket, none)]
  sent.push(await bySocket(socket, none))
  expect(ids(sent).size).toBe(4)
})

it('ids are compared as they are: capitals, blanks and composed letters differ', async () => {
  const socket = await ann.socket()
  const sent = []
  for (const client_message_id of ['a', 'A', 'a ', 'á', 'a\u0301', '0', '00']) {
    sent.push(await bySocket(socket, { client_message_id }))
  }
  expect(ids(sent).size).toBe(7)
})

it('an Idempotency-Key stands for the id where there is none', async () => {
  const headers = { 'idempotency-key': 'key-1' }
  const { message } = await byRest(ann, {}, headers)
  expect(message.client_message_id).toBe('key-1')
  expect(await bySocket(await ann.socket(), { client_message_id: 'key-1' })).toEqual({ message, duplicate: true })
})

it('a repeat by a new socket, when the first was cut before its answer, is stored and heard once', async () => {
  const listening = await bob.socketIn(room_id)
  const cut = await ann.socket()
  cut.socket.emit('send_message', { room_id, text_message: 'Hi', client_message_id: 'cut' })
  cut.close()
  const { message } = await bySocket(await ann.socket(), { client_message_id: 'cut' })
  expect(message).toMatchObject({ seq: 1, client_message_id: 'cut' })
  const { message: next } = await byRest(bob, {})
  expect(await listening.next('new_message', 2)).toEqual([message, next])
  expect(await storedHere()).toHaveLength(2)
})
