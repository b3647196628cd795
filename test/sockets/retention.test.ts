/** Retention while people talk: no send is refused or waits for it, and nobody hears a gap. */
import { Client } from 'pg'
import { Retention } from '../../src/messages/retention.js'
import { fill, numbers, storedSeqs } from '../support/aging.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string
const pass = (of: Service = service) => of.app.get(Retention).pass()
const seqsOf = (items: { seq: number }[]): number[] => items.map(({ seq }) => seq)
const firstSeq = async (): Promise<number> => (await bob.rest.get(`/room/${room_id}`)).body.first_seq

beforeAll(async () => {
  service = await startService()
})

beforeEach(async () => {
  tenant = await service.tenant({ retention_days: 30 })
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

describe('join_room with an after_seq before where the history begins', () => {
  it('tells from there on, then is live', async () => {
    await fill(ann, room_id, 10, 31)
    await fill(ann, room_id, 3, 1)
    await pass()
    const socket = await bob.socket()
    const joined = await socket.ask('join_room', { room_id, after_seq: 4 })
    expect(joined).toMatchObject({ ok: true, last_seq: 13, complete: true, room: { first_seq: 11 } })
    await ann.send(room_id, 'now')
    expect(seqsOf(await socket.next('new_message', 4))).toEqual([11, 12, 13, 14])
  })

  it('tells nothing of a room that is empty by now, then is live', async () => {
    await fill(ann, room_id, 10, 31)
    await pass()
    const socket = await bob.socket()
    const joined = await socket.ask('join_room', { room_id, after_seq: 0 })
    expect(joined).toMatchObject({
      ok: true,
      last_seq: 10,
      complete: true,
      room: { first_seq: 11, last_message: null },
    })
    await ann.send(room_id, 'now')
    expect(seqsOf(await socket.next('new_message'))).toEqual([11])
  })

  it('past 500 is not complete, as anywhere', async () => {
    await fill(ann, room_id, 10, 31)
    await fill(ann, room_id, 501, 1)
    await pass()
    const socket = await bob.socket()
    expect(await socket.ask('join_room', { room_id, after_seq: 2 })).toMatchObject({ last_seq: 511, complete: false })
    expect(seqsOf(socket.payloads('new_message'))).toEqual(numbers(11, 510))
  })
})

it('while others talk, no send is refused, none is lost, and all are heard in their order', async () => {
  await fill(ann, room_id, 3000, 31)
  const people = [ann, bob, await tenant.user()]
  await Promise.all(people.slice(2).map((person) => person.rest.post(`/room/${room_id}/join`)))
  const sockets = await Promise.all(people.map((person) => person.socketIn(room_id)))
  let passed = false
  const passing = pass().finally(() => (passed = true))
  const talk = async (socket: (typeof sockets)[number]): Promise<number> => {
    for (let sent = 0; ; sent++) {
      if (passed && sent >= 50) return sent
      expect(await socket.ask('send_message', { room_id, text_message: `${sent}` })).toMatchObject({ ok: true })
    }
  }
  const sent = (await Promise.all(sockets.map(talk))).reduce((sum, count) => sum + count)
  expect(await passing).toBe(3000)
  expect(await storedSeqs(service, room_id)).toEqual(numbers(3001, 3000 + sent))
  for (const socket of sockets) {
    expect(seqsOf(await socket.next('new_message', sent))).toEqual(numbers(3001, 3000 + sent))
  }
})

it('waits for no message that somebody holds, and comes back for it', async () => {
  await fill(ann, room_id, 1200, 31)
  const holder = new Client({ connectionString: service.databaseUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM tb_messages WHERE room_id = $1 AND seq = 7 FOR UPDATE', [room_id])
  expect(await pass()).toBe(499)
  expect(await storedSeqs(service, room_id)).toEqual([7, ...numbers(501, 1200)])
  expect(await ann.send(room_id, 'meanwhile')).toMatchObject({ seq: 1201 })
  await holder.end()
  expect(await pass()).toBe(701)
  expect(await storedSeqs(service, room_id)).toEqual([1201])
})

it('by two nodes at once deletes the same, each message once', async () => {
  const rooms = [room_id, await tenant.room([ann]), await tenant.room([ann])]
  for (const id of rooms) await fill(ann, id, 1600, 31)
  for (const id of rooms) await fill(ann, id, 5, 1)
  const other = await startService({ DATABASE_URL: service.databaseUrl })
  const together = await Promise.all([pass(), pass(other)])
  const deleted = together[0] + together[1] + (await pass())
  await other.stop()
  expect(deleted).toBe(3 * 1600)
  for (const id of rooms) expect(await storedSeqs(service, id)).toEqual(numbers(1601, 1605))
})

it('asked again while it passes, it is the same pass', async () => {
  await fill(ann, room_id, 600, 31)
  expect(await Promise.all([pass(), pass()])).toEqual([600, 600])
})

it('ends with the service after a batch, and the next node goes on', async () => {
  await fill(ann, room_id, 20_000, 31)
  const other = await startService({ DATABASE_URL: service.databaseUrl })
  const passing = pass(other)
  await until(async () => (await firstSeq()) > 1, 'the first batch')
  await other.stop()
  const deleted = await passing
  expect(deleted).toBeLessThan(20_000)
  expect(await storedSeqs(service, room_id)).toHaveLength(20_000 - deleted)
  expect(await pass()).toBe(20_000 - deleted)
})

it('passes by itself, also after a pass that failed', async () => {
  await fill(ann, room_id, 3, 31)
  const rename = (from: string, to: string) =>
    rowsOf(service.databaseUrl, `ALTER TABLE tenants RENAME COLUMN ${from} TO ${to}`)
  const other = await startService({ DATABASE_URL: service.databaseUrl, RETENTION_INTERVAL_MS: '100' })
  await rename('retention_days', 'something_else')
  const passes = jest.spyOn(other.app.get(Retention), 'pass')
  const failed = await until(() => passes.mock.results[0], 'a pass')
  await expect(failed.value).rejects.toThrow('retention_days')
  expect(await storedSeqs(service, room_id)).toHaveLength(3)
  await rename('something_else', 'retention_days')
  await until(async () => (await firstSeq()) === 4, 'a pass that works')
  await other.stop()
})
