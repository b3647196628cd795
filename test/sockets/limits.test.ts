/** How much a person may ask at once, by whatever way: REST and all their sockets share one allowance. */
import { setTimeout } from 'node:timers/promises'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

const burst = 10
const perSecond = 2

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_USER_BURST: String(burst),
    RATE_USER_PER_SECOND: String(perSecond),
    RATE_ADDRESS_BURST: '5',
    RATE_ADDRESS_PER_SECOND: '1',
  })
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const send = (socket: TestSocket, n: number, fields = {}): Promise<any> =>
  socket.ask('send_message', { room_id, text_message: `${n}`, ...fields })

const sendMany = (socket: TestSocket, count: number): Promise<any[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => send(socket, n + 1)))

const refused = (answers: any[]): any[] => answers.filter(({ ok }) => !ok)

const rateLimited = {
  type: '/docs/errors#rate_limited',
  title: 'Too many requests',
  status: 429,
  detail: `A user may send ${burst} at once and ${perSecond} a second after that.`,
  code: 'rate_limited',
  retryable: true,
  request_id: expect.any(String),
  retry_after_ms: expect.any(Number),
}

const storedHere = () => rowsOf(service.databaseUrl, 'SELECT FROM tb_messages WHERE room_id = $1', [room_id])

it('a burst is taken, what is beyond it is refused in its turn, and says when to come again', async () => {
  const socket = await ann.socket()
  const answers = await sendMany(socket, 2 * burst)
  expect(answers.slice(0, burst)).toMatchObject(Array.from({ length: burst }, (_, n) => ({ message: { seq: n + 1 } })))
  expect(answers.slice(burst)).toEqual(Array.from({ length: burst }, () => ({ ok: false, error: rateLimited })))
  expect(await storedHere()).toHaveLength(burst)

  const { retry_after_ms } = refused(answers)[0].error
  expect(retry_after_ms).toBeGreaterThan(0)
  expect(retry_after_ms).toBeLessThanOrEqual(1000 / perSecond)
  await setTimeout(retry_after_ms + 5)
  expect(await send(socket, 0)).toMatchObject({ ok: true, message: { seq: burst + 1 } })
})

it('every event counts, also those that are wrong or unknown', async () => {
  const socket = await ann.socket()
  const events = Array.from({ length: burst / 2 }, (_, n) => [`unknown ${n}`, 'leave_room']).flat()
  const codes = (await Promise.all(events.map((event) => socket.ask(event, null)))).map(({ error }) => error.code)
  expect(new Set(codes)).toEqual(new Set(['unknown_event', 'validation_failed']))
  expect(await socket.ask('leave_room', { room_id })).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
  const { body } = await service.operator.get('/metrics')
  expect(body).toMatch(/^parley_command_seconds_count{command="unknown",outcome="rate_limited"} [1-9]/m)
})

it('REST and two sockets share it', async () => {
  const [one, two] = [await ann.socket(), await ann.socket()]
  for (let n = 0; n < 4; n++) expect((await ann.rest.get('/user/me')).status).toBe(200)
  expect(refused(await sendMany(one, 3))).toEqual([])
  expect(refused(await sendMany(two, 3))).toEqual([])
  expect(await send(one, 1)).toEqual({ ok: false, error: rateLimited })
  expect(await send(two, 1)).toEqual({ ok: false, error: rateLimited })
  const { status, body, headers } = await ann.rest.get('/user/me')
  expect(status).toBe(429)
  expect(body).toEqual(rateLimited)
  expect(headers.get('retry-after')).toBe('1')
})

it('another user, the backend and another tenant are not touched by it', async () => {
  const [anns, bobs] = [await ann.socket(), await bob.socketIn(room_id)]
  expect(refused(await sendMany(anns, 3 * burst))).toHaveLength(2 * burst)
  expect(refused(await sendMany(bobs, burst - 1))).toEqual([])
  expect((await tenant.backend.get('/room')).status).toBe(200)
  const stranger = await (await service.tenant()).user()
  expect((await stranger.rest.get('/user/me')).status).toBe(200)
  // What others send to Bob does not count as his.
  expect(await bobs.next('new_message', 2 * burst - 1)).toHaveLength(2 * burst - 1)
})

it('without an acknowledgement it comes as exception', async () => {
  const socket = await ann.socket()
  await sendMany(socket, burst)
  socket.socket.emit('send_message', { room_id, text_message: 'too much', client_message_id: 'mine' })
  const about = { event: 'send_message', client_message_id: 'mine' }
  expect(await socket.next('exception')).toEqual([{ ...rateLimited, ...about }])
})

it('a repeat counts, and is answered when there is room for it', async () => {
  const socket = await ann.socket()
  const first = await send(socket, 1, { client_message_id: 'again' })
  await sendMany(socket, burst)
  const { error } = await send(socket, 1, { client_message_id: 'again' })
  expect(error).toMatchObject({ code: 'rate_limited', retryable: true })
  await setTimeout(error.retry_after_ms + 5)
  expect(await send(socket, 1, { client_message_id: 'again' })).toEqual({ ...first, duplicate: true })
})

it('a tenant’s own limits hold in place of the deployment’s', async () => {
  const limits = { user_burst: 20, user_per_second: 1, tenant_burst: 30, tenant_per_second: 1 }
  await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { limits })
  const [anns, bobs] = [await ann.socket(), await bob.socket()]
  expect(refused(await sendMany(anns, 20))).toEqual([])
  expect(await send(anns, 0)).toMatchObject({ ok: false, error: { detail: expect.stringContaining('A user may') } })
  const answers = refused(await sendMany(bobs, 20))
  expect(answers.length).toBeGreaterThan(0)
  expect(answers[0].error.detail).toContain('A tenant may send 30 at once')
})

it('an address that fails to authenticate is refused more, and right credentials are let in', async () => {
  const codes: string[] = []
  for (let n = 0; n < 8; n++) {
    const wrong = service.socket({ auth: { token: `wrong ${n}` } }).then(() => 'let in')
    codes.push(await wrong.catch((error: { data: { code: string } }) => error.data.code))
  }
  expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'token_invalid'))
  expect(codes.slice(5)).toContain('rate_limited')
  await expect(ann.socket()).resolves.toBeDefined()
})
