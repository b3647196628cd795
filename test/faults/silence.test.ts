/** PostgreSQL gives no answer and no error: whoever asks is told soon to try again, and all goes on when it is back. */
import { loadConfig } from '../../src/infra/config.js'
import { migrate } from '../../src/infra/database/migrate.js'
import { rowsOf } from '../support/database.js'
import { databaseProxy, type TcpProxy } from '../support/proxy.js'
import { OwnPostgres } from '../support/postgres.js'
import { endAll } from '../support/process.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

/** The longest that a send may go without an answer, and that the service is away after the database. */
const soonMs = 5000
/** More than the pool has connections, and than one batch of them. */
const many = Array.from({ length: 40 }, (_, n) => n)

let postgres: OwnPostgres
let proxy: TcpProxy
let service: Service
let ann: TestUser
let socket: TestSocket
let room_id: string

/** What the tests' own server has from the beginning. */
async function makeTemplate(): Promise<void> {
  const [name, url] = [process.env['TEST_TEMPLATE']!, new URL(postgres.url)]
  await rowsOf(url.href, `CREATE DATABASE ${name}`)
  url.pathname = `/${name}`
  await migrate(loadConfig({ DATABASE_URL: url.href }, false))
}

beforeAll(async () => {
  postgres = await OwnPostgres.start()
  const through = await databaseProxy(postgres.url)
  proxy = through.proxy
  process.env['TEST_DATABASE_URL'] = through.url
  await makeTemplate()
  service = await startService()
  const tenant = await service.tenant()
  ann = await tenant.user()
  room_id = await tenant.room([ann])
  socket = await ann.socketIn(room_id)
})

afterAll(async () => {
  await service.stop()
  await proxy.stop()
  await endAll()
  await postgres.stop()
})

const unavailable = { code: 'unavailable', retryable: true, retry_after_ms: expect.any(Number) }

const soon = async <T>(work: Promise<T>): Promise<T> => {
  const startedMs = performance.now()
  const done = await work
  expect(performance.now() - startedMs).toBeLessThan(soonMs)
  return done
}

const byRest = (n: number) => soon(ann.rest.post(`/room/${room_id}/message/send`, { text_message: `REST ${n}` }))
const bySocket = (n: number) => soon(socket.ask('send_message', { room_id, text_message: `socket ${n}` }))

const isReady = async (): Promise<boolean> => (await service.anyone.get('/health/ready')).status === 200

/** Everything that is asked meanwhile is refused before it is over, not when. */
async function expectRefusals(): Promise<void> {
  const [answers, replies] = await Promise.all([Promise.all(many.map(byRest)), Promise.all(many.map(bySocket))])
  // And what is more than one statement.
  answers.push(await soon(ann.rest.post('/room', { name: 'New' })))
  for (const { status, body } of answers) expect([status, body]).toEqual([503, expect.objectContaining(unavailable)])
  for (const reply of replies) expect(reply).toMatchObject({ ok: false, error: unavailable })
  expect((await service.anyone.get('/health/live')).status).toBe(200)
  expect((await service.anyone.get('/health/ready')).status).toBe(503)
}

async function expectServiceSoon(): Promise<void> {
  await soon(until(isReady, 'the service to be ready'))
  expect(await socket.ask('send_message', { room_id, text_message: 'back' })).toMatchObject({ ok: true })
  expect((await byRest(0)).status).toBe(201)
  expect(socket.socket.connected).toBe(true)
}

it('hung', async () => {
  const wake = await postgres.hang()
  await expectRefusals()
  // Also who asks later, and at once.
  await expectRefusals()
  wake()
  await expectServiceSoon()
})

it('behind a network that swallows all, and never gives back what was open', async () => {
  proxy.stall()
  await expectRefusals()
  proxy.comeBack()
  await expectServiceSoon()
})

it('killed, and started again', async () => {
  await postgres.kill()
  await expectRefusals()
  await postgres.restart()
  await expectServiceSoon()
})
