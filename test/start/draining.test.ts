/** SIGTERM and SIGINT: what was asked is answered, nothing hangs, and clients come back by themselves. */
import { Client } from 'pg'
import { io } from 'socket.io-client'
import { freshDatabase, rowsOf } from '../support/database.js'
import { PlainSocket } from '../support/plain.js'
import { freePort } from '../support/ports.js'
import { endAll, killAll, ServiceProcess } from '../support/process.js'
import { RawSocket, tcp, upgradeRequest } from '../support/raw.js'
import { adminKey, Rest } from '../support/rest.js'
import { connect } from '../support/sockets.js'
import { until } from '../support/until.js'

let database: Awaited<ReturnType<typeof freshDatabase>>
let service: ServiceProcess
let url: string
let token: string
let room_id: string

async function start(settings: Record<string, string> = {}): Promise<void> {
  service = new ServiceProcess({ DATABASE_URL: database.url, ADMIN_KEY: adminKey, RATE_LIMITS: 'off', ...settings })
  url = await service.url()
}

const rest = () => new Rest(url, { authorization: `Bearer ${token}` })
const path = () => `/room/${room_id}/message/send`

beforeAll(async () => {
  database = await freshDatabase()
  await start()
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(url, { clientKey: api_token })
  const { user_id } = (await backend.post('/user', { display_name: 'Ann' })).body
  token = (await backend.post(`/auth/${user_id}`)).body.token
  room_id = (await backend.post('/room', { created_by: user_id })).body.room_id
  await service.kill('SIGTERM')
})

afterEach(() => killAll())

afterAll(async () => {
  await endAll()
  await database.drop()
})

const stored = async (): Promise<string[]> =>
  (await rowsOf<{ content: string }>(database.url, 'SELECT content FROM tb_messages ORDER BY seq')).map(
    ({ content }) => content,
  )

describe('what is in flight is answered', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('at %s, however long the database takes', async (signal) => {
    await start()
    const socket = await connect(url, { auth: { token } })
    const before = (await stored()).length
    const lock = new Client({ connectionString: database.url })
    await lock.connect()
    await lock.query('BEGIN')
    await lock.query('SELECT FROM tb_chat_rooms FOR UPDATE')
    const asked = [
      rest().post(path(), { text_message: 'by REST' }),
      socket.ask('send_message', { room_id, text_message: 'by socket' }),
      socket.ask('send_message', { room_id, text_message: 'by socket, behind it' }),
    ]
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await until(async () => (await rowsOf(database.url, waiting))[0], 'a send to wait for the lock')
    const ended = service.kill(signal)
    await service.says(/shutting down/)
    expect((await new Rest(url).get('/health/ready')).status).toBe(503)
    await lock.query('COMMIT')
    await lock.end()

    const [byRest, ...bySocket] = await Promise.all(asked)
    expect(byRest).toMatchObject({ status: 201, body: { text_message: 'by REST' } })
    expect(bySocket).toMatchObject([{ ok: true }, { ok: true }])
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(service.stderr).toBe('')
    expect((await stored()).length).toBe(before + 3)
  })

  it('also two hundred sends: what is stored is acknowledged, and what is refused is not stored', async () => {
    await start()
    const socket = await connect(url, { auth: { token } })
    const before = await stored()
    const answers: { text: string; answer: any }[] = []
    const asks = Array.from({ length: 200 }, async (_, n) => {
      const answer = await socket.ask('send_message', { room_id, text_message: `${n}` }).catch(() => null)
      answers.push({ text: `${n}`, answer })
    })
    await asks[0]
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await Promise.all(asks)
    const acknowledged = answers.filter(({ answer }) => answer?.ok).map(({ text }) => text)
    expect((await stored()).slice(before.length)).toEqual(acknowledged)
    for (const { answer } of answers) {
      if (!answer?.ok) expect(answer).toMatchObject({ error: { code: 'unavailable', retryable: true } })
    }
  })
})

describe('nobody keeps it from ending', () => {
  it('not a peer that is gone, nor one that was never there', async () => {
    await start({ SHUTDOWN_TIMEOUT_MS: '5000' })
    const gone = await RawSocket.connected(url, token)
    ;(gone.ws as unknown as { _socket: { pause(): void } })._socket.pause()
    const [silent, half, handshake, idle] = [await tcp(url), await tcp(url), await tcp(url), await tcp(url)]
    half.write('GET /health/live HTTP/1.1\r\nHost: chat.example\r\n')
    for (const [socket, request] of [
      [handshake, upgradeRequest('/socket.io/?EIO=4&transport=websocket')],
      [idle, 'GET /health/live HTTP/1.1\r\nHost: chat.example\r\n\r\n'],
    ] as const) {
      socket.write(request)
      await new Promise((resolve) => socket.once('data', resolve))
    }
    await connect(url, { auth: { token }, transports: ['polling'] })
    const startedMs = Date.now()
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(Date.now() - startedMs).toBeLessThan(4000)
    for (const socket of [silent, half, handshake, idle]) socket.destroy()
    gone.ws.terminate()
  })

  it('not a reader who stopped in the midst of what was said before, and others do not wait for them', async () => {
    await start()
    const text_message = '✓'.repeat(10_000)
    for (let n = 0; n < 400; n += 20) {
      const sends = Array.from({ length: 20 }, () => rest().post(path(), { text_message }))
      for (const { status } of await Promise.all(sends)) expect(status).toBe(201)
    }
    const { user_id } = (await rest().get('/user/me')).body
    const open = (seq: number) => PlainSocket.open(url, `/ws/${room_id}/${user_id}?token=${token}&after_seq=${seq}`)
    const [slow, idle] = [await open(0), await open(1_000_000)]
    await slow.next((frame) => frame.type === 'new_message')
    slow.ws.pause()
    const ended = service.kill('SIGTERM')
    const first = await Promise.race([ended.then(() => 'the process'), idle.closed])
    expect(first).toEqual([1012, expect.any(String)])
    expect(await ended).toEqual({ code: 0, signal: null })
    slow.ws.terminate()
  })

  it('not a second signal', async () => {
    await start()
    void service.kill('SIGINT')
    void service.kill('SIGINT')
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

describe('clients', () => {
  it('reconnect by themselves when it is back, as after any loss of the network', async () => {
    const PORT = String(await freePort())
    await start({ PORT })
    const socket = io(url, { transports: ['websocket'], auth: { token }, reconnectionDelay: 50, forceNew: true })
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const lost = new Promise<string>((resolve) => socket.once('disconnect', resolve))
    await service.kill('SIGTERM')
    expect(await lost).not.toBe('io server disconnect')
    const back = new Promise<void>((resolve) => socket.once('connect', resolve))
    await start({ PORT })
    await back
    expect(await socket.emitWithAck('join_room', { room_id })).toMatchObject({ ok: true })
    socket.disconnect()
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})
