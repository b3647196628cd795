/** A node behind a proxy ends: who is there is served until they are sent away, who comes goes elsewhere, nothing hangs. */
import { createRequire } from 'node:module'
import { io as newest } from 'socket.io-client'
import { freshDatabase } from '../support/database.js'
import { PlainSocket } from '../support/plain.js'
import { OwnPostgres } from '../support/postgres.js'
import { endAll, killAll, ServiceProcess } from '../support/process.js'
import { adminKey, Rest } from '../support/rest.js'
import { connect } from '../support/sockets.js'
import { until } from '../support/until.js'

type Io = typeof newest

const { io: oldest } = createRequire(import.meta.filename)('socket.io-client-oldest') as { io: Io }

let database: Awaited<ReturnType<typeof freshDatabase>>
let service: ServiceProcess
let url: string
let token: string
let user_id: string
let room_id: string

const isDraining = async (): Promise<boolean> => (await new Rest(url).get('/health/ready')).status === 503

async function start(databaseUrl: string, settings: Record<string, string> = {}): Promise<void> {
  const behindProxy = { TRUST_PROXY: '127.0.0.1', RATE_LIMITS: 'off', ADMIN_KEY: adminKey }
  service = new ServiceProcess({ ...behindProxy, DATABASE_URL: databaseUrl, ...settings })
  url = await service.url()
}

async function makePeople(): Promise<void> {
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(url, { clientKey: api_token })
  user_id = (await backend.post('/user', { display_name: 'Ann' })).body.user_id
  token = (await backend.post(`/auth/${user_id}`)).body.token
  room_id = (await backend.post('/room', { created_by: user_id })).body.room_id
}

const rest = () => new Rest(url, { authorization: `Bearer ${token}` })
const send = (text_message: string) => rest().post(`/room/${room_id}/message/send`, { text_message })
const openRoom = (options = {}) => PlainSocket.open(url, `/ws/${room_id}/${user_id}?token=${token}`, options)

beforeAll(async () => {
  database = await freshDatabase()
  await start(database.url)
  await makePeople()
  await killAll()
})

afterEach(() => killAll())

afterAll(async () => {
  await endAll()
  await database.drop()
})

describe('while it drains', () => {
  it('serves who is there, takes nobody new, and keeps no connection', async () => {
    await start(database.url)
    const socket = await connect(url, { auth: { token } })
    const polling = await connect(url, { auth: { token }, transports: ['polling'] })
    const plain = await openRoom()
    const ended = service.kill('SIGTERM')
    await until(isDraining, 'the node to drain')

    expect((await rest().get('/health/live')).status).toBe(200)
    const sent = await send('by REST')
    expect(sent).toMatchObject({ status: 201, body: { text_message: 'by REST' } })
    expect(sent.headers.get('connection')).toBe('close')
    for (const one of [socket, polling]) {
      expect(await one.ask('send_message', { room_id, text_message: 'by socket' })).toMatchObject({ ok: true })
    }
    plain.send({ type: 'send_message', data: { content: 'by plain socket' } })
    await plain.next(({ type, data }) => type === 'new_message' && data.content === 'by plain socket')

    const refused = await new Rest(url).get('/socket.io/?EIO=4&transport=polling')
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable', retry_after_ms: 1000 } })
    expect(refused.headers.get('retry-after')).toBe('1')
    await expect(connect(url, { auth: { token } })).rejects.toThrow()
    for (const options of [{}, { headers: { origin: 'https://app.acme.example' } }]) {
      await expect(openRoom(options)).rejects.toMatchObject({ status: 503, problem: { code: 'unavailable' } })
    }
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(service.stderr).toBe('')
  })
})

describe('who is there', () => {
  it('is told when to come back on plain WebSockets, each at another time', async () => {
    await start(database.url, { DRAIN_MS: '0' })
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openRoom()))
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const { closed } of sockets) expect((await closed)[0]).toBe(1012)
    const told = sockets.map(({ frames }) => frames.at(-1))
    for (const frame of told) {
      expect(frame).toMatchObject({ type: 'error', data: { code: 'unavailable', retry_after_ms: expect.any(Number) } })
    }
    expect(new Set(told.map(({ data }) => data.retry_after_ms)).size).toBeGreaterThan(1)
  })

  it.each<[string, Io, string[]]>([
    ['the newest client', newest, ['websocket']],
    ['the newest client', newest, ['polling']],
    ['the oldest client', oldest, ['websocket']],
    ['the oldest client', oldest, ['polling']],
  ])('comes back without being told on Socket.IO: %s', async (_, io, transports) => {
    await start(database.url, { DRAIN_MS: '0' })
    const socket = io(url, { transports, auth: { token }, reconnectionDelay: 50, forceNew: true })
    const heard: string[] = []
    socket.onAny((event: string) => heard.push(event))
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const lost = new Promise<string>((resolve) => socket.once('disconnect', resolve))
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await lost).toBe('transport close')
    expect(heard).toEqual([])
    const back = new Promise<void>((resolve) => socket.once('connect', resolve))
    await start(database.url, { PORT: new URL(url).port })
    await back
    socket.disconnect()
  })
})

describe('PostgreSQL that hangs then', () => {
  let postgres: OwnPostgres
  beforeAll(async () => (postgres = await OwnPostgres.start()))
  afterAll(() => postgres.stop())

  it('does not keep it: what it asked has failed, and is answered so', async () => {
    await start(postgres.url)
    await makePeople()
    const socket = await connect(url, { auth: { token } })
    const wake = await postgres.hang()
    const asked = [send('by REST'), socket.ask('send_message', { room_id, text_message: 'by socket' })]
    const startedMs = Date.now()
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(Date.now() - startedMs).toBeLessThan(10_000)
    wake()
    const [byRest, bySocket] = await Promise.all(asked)
    expect(byRest).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(bySocket).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  })
})
