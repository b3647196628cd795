/** One order for everybody: that of `seq`, which has no gap. And nothing is told before it is on disk. */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let tenant: TestTenant
let database: Client

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  database = new Client({ connectionString: service.databaseUrl })
  await database.connect()
})

afterAll(async () => {
  await database.end()
  await service.stop()
})

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
const seqs = (messages: { seq: number }[]): number[] => messages.map(({ seq }) => seq)
const texts = (messages: { text_message: string }[]): string[] => messages.map(({ text_message }) => text_message)

/** As another connection sees it. */
const stored = (roomId: string): Promise<{ seq: number; content: string }[]> =>
  rowsOf(service.databaseUrl, 'SELECT seq::int, content FROM tb_messages WHERE room_id = $1 ORDER BY seq', [roomId])

const users = (count: number): Promise<TestUser[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => tenant.user({ display_name: `User ${index}` })))

it('200 sends on one socket, none waited for, are stored, told and acknowledged in their order', async () => {
  const [ann, bob] = await users(2)
  const room_id = await tenant.room([ann!, bob!])
  const [sending, listening] = [await ann!.socketIn(room_id), await bob!.socketIn(room_id)]
  const acknowledged: any[] = []
  const asks = oneTo(200).map(async (n) => {
    acknowledged.push((await sending.ask('send_message', { room_id, text_message: `${n}` })).message)
  })
  await Promise.all(asks)
  expect(texts(acknowledged)).toEqual(oneTo(200).map(String))
  expect(seqs(acknowledged)).toEqual(oneTo(200))
  expect(await listening.next('new_message', 200)).toEqual(acknowledged)
  expect(await sending.next('new_message', 200)).toEqual(acknowledged)
  expect(await stored(room_id)).toEqual(oneTo(200).map((seq) => ({ seq, content: String(seq) })))
})

it('what follows sends on the same socket comes after them', async () => {
  const [ann] = await users(1)
  const room_id = await tenant.room([ann!])
  const socket = await ann!.socket()
  const answers: string[] = []
  const ask = async (event: string, payload: object) => {
    await socket.ask(event, payload)
    answers.push(event)
  }
  await Promise.all([
    ask('send_message', { room_id, text_message: 'a' }),
    ask('leave_room', { room_id }),
    ask('send_message', { room_id, text_message: 'b' }),
    ask('no_such_event', {}),
    ask('send_message', {}),
    ask('join_room', { room_id }),
  ])
  expect(answers).toEqual(['send_message', 'leave_room', 'send_message', 'no_such_event', 'send_message', 'join_room'])
})

it('20 senders at once: every listener hears the same, with no gap and none twice', async () => {
  const members = await users(20)
  const room_id = await tenant.room(members)
  const sockets = await Promise.all(members.map((member) => member.socketIn(room_id)))
  const send = (socket: TestSocket, from: number) =>
    oneTo(10).map((n) => socket.ask('send_message', { room_id, text_message: `${from}: ${n}` }))
  const answers = await Promise.all(sockets.flatMap(send))
  const expected = answers.map(({ message }) => message).sort((a, b) => a.seq - b.seq)
  expect(seqs(expected)).toEqual(oneTo(200))
  for (const socket of sockets) expect(await socket.next('new_message', 200)).toEqual(expected)
  for (const from of sockets.keys()) {
    const own = texts(expected).filter((text) => text.startsWith(`${from}: `))
    expect(own).toEqual(oneTo(10).map((n) => `${from}: ${n}`))
  }
  for (const socket of sockets) expect(socket.payloads('new_message')).toHaveLength(200)
})

it('REST, sockets and the backend mixed are one order, also for who reads the history', async () => {
  const [ann, bob] = await users(2)
  const room_id = await tenant.room([ann!, bob!])
  const [anns, bobs] = [await ann!.socketIn(room_id), await bob!.socketIn(room_id)]
  const path = `/room/${room_id}/message/send`
  await Promise.all(
    oneTo(30).flatMap((n) => [
      anns.ask('send_message', { room_id, text_message: `socket ${n}` }),
      bob!.rest.post(path, { text_message: `REST ${n}` }),
      tenant.backend.post(path, { text_message: `backend ${n}` }),
    ]),
  )
  const { body } = await bob!.rest.get(`/room/${room_id}/message?limit=100`)
  expect(seqs(body.items)).toEqual(oneTo(90))
  for (const socket of [anns, bobs]) expect(await socket.next('new_message', 90)).toEqual(body.items)
  expect(await stored(room_id)).toHaveLength(90)
})

it('rooms do not wait for each other', async () => {
  const [ann, bob] = await users(2)
  const [locked, free] = [await tenant.room([ann!]), await tenant.room([bob!])]
  await database.query('BEGIN')
  await database.query('SELECT FROM tb_chat_rooms WHERE chat_room_id = $1 FOR UPDATE', [locked])
  const waiting = ann!.send(locked, 'waits')
  expect(await bob!.send(free, 'does not wait')).toMatchObject({ seq: 1 })
  await database.query('COMMIT')
  expect(await waiting).toMatchObject({ seq: 1 })
})

describe('after the commit, never before', () => {
  it('a message that cannot be committed yet is neither acknowledged nor told', async () => {
    const [ann, bob] = await users(2)
    const room_id = await tenant.room([ann!, bob!])
    const [anns, bobs] = [await ann!.socketIn(room_id), await bob!.socketIn(room_id)]
    await database.query('BEGIN')
    await database.query('SELECT FROM tb_chat_rooms WHERE chat_room_id = $1 FOR UPDATE', [room_id])
    const answer = anns.ask('send_message', { room_id, text_message: 'Hi' })
    const first = await Promise.race([answer, bobs.ask('leave_room', { room_id: tenant.tenantId })])
    expect(first).toEqual({ ok: true, room_id: tenant.tenantId })
    expect(bobs.payloads('new_message')).toEqual([])
    await database.query('COMMIT')
    expect(await answer).toMatchObject({ ok: true, message: { seq: 1 } })
    expect(await bobs.next('new_message')).toHaveLength(1)
  })

  it('whoever is told finds it in the database, also when the commit takes long', async () => {
    const [ann, bob] = await users(2)
    const room_id = await tenant.room([ann!, bob!])
    await database.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON tb_messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dawdle()`)
    const found: Promise<number>[] = []
    const look = () => found.push(stored(room_id).then((rows) => rows.length))
    const [anns, bobs] = [await ann!.socketIn(room_id), await bob!.socketIn(room_id)]
    bobs.socket.on('new_message', look)
    for (let n = 1; n <= 5; n++) {
      await anns.ask('send_message', { room_id, text_message: `${n}` })
      look()
      await bobs.next('new_message', n)
    }
    await database.query('DROP FUNCTION dawdle CASCADE')
    // Each of the five is looked for twice, by who sent it and by who heard it, and never found late.
    expect((await Promise.all(found)).sort((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  })
})
