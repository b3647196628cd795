/** What is too much is told to wait, does so, and is not lost. */
import type { ParleyError, Room } from '@parley/client'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, connecting, inRoom, live, shows, texts } from './people.js'

let service: Service

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on' })
})
afterEach(closeAll)
afterAll(() => service.stop())

interface Refusal {
  atMs: number
  error: ParleyError
}

/** Of what is sent, as they come. */
function refusals(room: Room): Refusal[] {
  const all: Refusal[] = []
  room.store.subscribe(() => {
    const error = room.store.get().outgoing.find((one) => one.error)?.error
    if (error && error !== all.at(-1)?.error) all.push({ atMs: performance.now(), error })
  })
  return all
}

/** Whoever was told to wait asked only then. */
function expectPatient(refused: Refusal[]): void {
  expect(refused.length).toBeGreaterThan(0)
  for (const [n, { atMs }] of refused.slice(1).entries()) {
    expect(atMs - refused[n]!.atMs).toBeGreaterThanOrEqual(refused[n]!.error.retryAfterMs! - 2)
  }
}

it('messages: they wait as long as the service says, keep their order, and nobody asks in between', async () => {
  const tenant = await service.tenant({ limits: { user_message_burst: 1, user_message_per_second: 1 } })
  const ann = await tenant.user()
  const room = await inRoom(ann, await tenant.room([ann]))
  const refused = refusals(room)
  for (const n of [1, 2, 3, 4]) room.send(`message ${n}`)
  const { outgoing } = await shows(room, (now) => now.outgoing.some(({ error }) => error))
  expect(outgoing[0]).toMatchObject({ status: 'pending', error: { code: 'rate_limited', retryable: true } })
  // Neither a new message nor a healed room makes it ask sooner.
  room.send('message 5')
  room.catchUp()
  const now = await shows(room, ({ messages }) => messages.length === 5)
  expect(texts(now)).toEqual([1, 2, 3, 4, 5].map((n) => `message ${n}`))
  expectPatient(refused)
})

it('whatever else: it is done when there is an allowance for it', async () => {
  const tenant = await service.tenant({ limits: { user_burst: 8, user_per_second: 1 } })
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const roomId = await tenant.room([ann, bob])
  await ann.send(roomId, 'Hello')
  const client = await clientOf(bob)
  const spend = () => until(async () => (await bob.rest.get('/user/me')).status === 429, 'nothing to be left')
  await spend()
  const room = client.room(roomId)
  await shows(room, ({ members }) => members.size === 2, 25_000)
  await spend()
  room.markRead()
  const isRead = async (): Promise<boolean> => {
    const { body } = await tenant.backend.get(`/room/${roomId}/member`)
    return body.items.some((one: any) => one.user_id === bob.userId && one.last_read_seq === 1)
  }
  await until(isRead, 'it to be read')
})

it('slow mode: the same', async () => {
  const tenant = await service.tenant()
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const roomId = await tenant.room([ann, bob])
  await ann.rest.patch(`/room/${roomId}`, { slow_mode_s: 2 })
  const room = await inRoom(bob, roomId)
  const refused = refusals(room)
  for (const n of [1, 2]) room.send(`message ${n}`)
  const { outgoing } = await shows(room, (now) => now.outgoing.some(({ error }) => error))
  expect(outgoing[0]).toMatchObject({ status: 'pending', error: { code: 'slow_mode' } })
  expect(texts(await shows(room, ({ messages }) => messages.length === 2))).toEqual(['message 1', 'message 2'])
  expectPatient(refused)
})

it('connections: whoever is refused for there being too many comes when there is a place', async () => {
  const tenant = await service.tenant({ limits: { user_sockets: 1 } })
  const ann = await tenant.user()
  const first = await clientOf(ann)
  const second = connecting(ann)
  await until(() => second.connection.get().error, 'the second to be refused')
  expect(second.connection.get()).toMatchObject({ status: 'offline', error: { retryable: true } })
  first.close()
  await until(() => second.connection.get().status === 'online', 'the second to be online')
})

it('rooms: however many are opened, or caught up with, at once, all are live in the end', async () => {
  const tenant = await service.tenant({ limits: { user_join_burst: 5, user_join_per_second: 5 } })
  const ann = await tenant.user()
  const ids = await Promise.all(Array.from({ length: 12 }, () => tenant.room([ann])))
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
  const client = await clientOf(ann, { url: `http://127.0.0.1:${proxy.port}` })
  const rooms = ids.map((id) => client.room(id))
  for (const room of rooms) await live(room)
  proxy.cutAll()
  for (const room of rooms) await shows(room, ({ status }) => status === 'behind')
  await Promise.all(ids.map((id) => tenant.backend.post(`/room/${id}/message/send`, { text_message: 'missed' })))
  for (const room of rooms) await shows(room, ({ status, messages }) => status === 'live' && messages.length === 1)
  await proxy.stop()
})
