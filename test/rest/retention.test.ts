/** What is older than its tenant keeps messages: it goes, and nothing else changes. */
import { Retention } from '../../src/messages/retention.js'
import { age, fill, numbers, storedSeqs } from '../support/aging.js'
import { rowsOf } from '../support/database.js'
import { problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string
const pass = () => service.app.get(Retention).pass()
const history = async (query: string) => (await bob.rest.get(`/room/${room}/message?${query}`)).body
const seqsOf = (items: { seq: number }[]): number[] => items.map(({ seq }) => seq)

beforeAll(async () => {
  service = await startService()
})

beforeEach(async () => {
  tenant = await service.tenant({ retention_days: 30 })
  ann = await tenant.user()
  bob = await tenant.user()
  room = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

describe('a room of which more than two batches are too old', () => {
  beforeEach(async () => {
    await fill(ann, room, 1101, 31)
    await fill(ann, room, 60, 29)
  })

  it('begins later, and goes on with the numbers that it had', async () => {
    expect(await pass()).toBe(1101)
    expect(await storedSeqs(service, room)).toEqual(numbers(1102, 1161))
    const { body } = await bob.rest.get(`/room/${room}`)
    expect(body).toMatchObject({ first_seq: 1102, last_seq: 1161, unread: 60, last_message: { seq: 1161 } })
    expect(await ann.send(room, 'and on')).toMatchObject({ seq: 1162 })
    expect(await pass()).toBe(0)
  })

  it('is paged to where it begins, from either side', async () => {
    await pass()
    expect(await history('after_seq=0')).toMatchObject({ first_seq: 1102, last_seq: 1151, has_more: true })
    expect(await history('after_seq=1151')).toMatchObject({ first_seq: 1152, last_seq: 1161, has_more: false })
    expect(await history('before_seq=1112')).toMatchObject({ first_seq: 1102, last_seq: 1111, has_more: false })
    expect(await history('before_seq=1102')).toEqual({ items: [], first_seq: null, last_seq: null, has_more: false })
    expect(await history('around_seq=1103&limit=6')).toMatchObject({ first_seq: 1102, last_seq: 1106, has_more: true })
    expect(await history('around_seq=3&limit=4')).toMatchObject({ first_seq: 1102, last_seq: 1103, has_more: true })
  })
})

it('a room of which everything is too old is empty, and goes on with the numbers that it had', async () => {
  await fill(ann, room, 3, 31)
  await pass()
  const empty = { first_seq: 4, last_seq: 3, unread: 0, last_message: null }
  expect((await bob.rest.get(`/room/${room}`)).body).toMatchObject(empty)
  expect((await bob.rest.get('/room')).body.items).toMatchObject([empty])
  expect((await history('')).items).toEqual([])
  expect(await ann.send(room, 'Hello again')).toMatchObject({ seq: 4 })
  expect((await bob.rest.get(`/room/${room}`)).body).toMatchObject({ first_seq: 4, last_seq: 4, unread: 1 })
})

it('what was said a moment too late to go stays', async () => {
  await ann.send(room, 'old')
  await age(service, room, 29)
  expect(await pass()).toBe(0)
  await age(service, room, 1)
  expect(await pass()).toBe(1)
})

it('a reply outlives what it replies to, which is found no more', async () => {
  const { message_id } = await ann.send(room, 'What?')
  await age(service, room, 31)
  const reply = await bob.send(room, 'This.', { reply_to: message_id })
  await pass()
  expect((await history('')).items).toEqual([reply])
  expect(reply).toMatchObject({ reply_to: message_id })
  const answer = await bob.rest.get(`/room/${room}/message/${message_id}`)
  expect(answer).toMatchObject(problem(404, 'message_not_found'))
})

it('a message that is kept is sent once, as before', async () => {
  await ann.send(room, 'old', { client_message_id: 'a' })
  await age(service, room, 31)
  const kept = await ann.send(room, 'new', { client_message_id: 'b' })
  await pass()
  expect(await ann.send(room, 'new', { client_message_id: 'b' })).toEqual({ ...kept, duplicate: true })
  expect(await ann.send(room, 'old', { client_message_id: 'a' })).toMatchObject({ seq: 3 })
})

describe('whose messages go', () => {
  const another = async (settings: object) => {
    const other = await service.tenant(settings)
    const user = await other.user()
    const theirs = await other.room([user])
    await fill(user, theirs, 3, 31)
    return { other, theirs }
  }

  it('is for each tenant to say: the neighbour keeps all, or other days', async () => {
    await fill(ann, room, 3, 31)
    const { theirs: keepsAll } = await another({})
    const { theirs: keepsLonger } = await another({ retention_days: 32 })
    const { theirs: keepsLess } = await another({ retention_days: 1 })
    expect(await pass()).toBe(6)
    for (const id of [keepsAll, keepsLonger]) expect(await storedSeqs(service, id)).toEqual([1, 2, 3])
    for (const id of [room, keepsLess]) expect(await storedSeqs(service, id)).toEqual([])
  })

  it('is so until it is taken back, and from when it is said', async () => {
    const { other, theirs } = await another({ retention_days: 1 })
    await service.operator.patch(`/admin/tenant/${other.tenantId}`, { retention_days: null })
    expect(await pass()).toBe(0)
    await service.operator.patch(`/admin/tenant/${other.tenantId}`, { retention_days: 31 })
    expect(await pass()).toBe(3)
    expect(await storedSeqs(service, theirs)).toEqual([])
  })

  it('does not matter to a pass over many rooms, which finds each of them', async () => {
    await rowsOf(
      service.databaseUrl,
      `WITH room AS (
         INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access, last_seq)
         SELECT $1, gen_random_uuid(), 'group', 'open', 1 FROM generate_series(1, 510) RETURNING chat_room_id
       )
       INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, type, created_at)
       SELECT $1, chat_room_id, 1, gen_random_uuid(), 'system', now() - interval '31 days' FROM room`,
      [tenant.tenantId],
    )
    expect(await pass()).toBe(510)
  })
})

it('what waits to be deleted, as after a crash, is not shown, and goes in the next pass', async () => {
  await fill(ann, room, 5, 1)
  await rowsOf(service.databaseUrl, 'UPDATE tb_chat_rooms SET first_seq = 4 WHERE chat_room_id = $1', [room])
  expect(seqsOf((await history('')).items)).toEqual([4, 5])
  expect(seqsOf((await history('after_seq=1')).items)).toEqual([4, 5])
  expect(seqsOf((await history('before_seq=5')).items)).toEqual([4])
  expect((await bob.rest.get(`/room/${room}`)).body).toMatchObject({ unread: 2, last_message: { seq: 5 } })
  const sql = 'SELECT message_id FROM tb_messages WHERE room_id = $1 AND seq = 3'
  const [hidden] = await rowsOf<{ message_id: string }>(service.databaseUrl, sql, [room])
  expect((await bob.rest.get(`/room/${room}/message/${hidden!.message_id}`)).status).toBe(404)
  expect(await pass()).toBe(3)
  expect(await storedSeqs(service, room)).toEqual([4, 5])
})
