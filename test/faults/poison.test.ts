/** Whatever is done to a process by its plain WebSockets: it keeps nothing, ends all right, and no token is in its log. */
import { freshDatabase } from '../support/database.js'
import { PlainSocket } from '../support/plain.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { tcp, upgradeRequest } from '../support/raw.js'
import { adminKey, Rest } from '../support/rest.js'
import { until } from '../support/until.js'
import { inForm } from './form.js'
import { collected, figuresOf, NODE_OPTIONS, type Figures } from './heap.js'

const rounds = inForm(1, 20)

interface Person {
  user_id: string
  token: string
  rest: Rest
}

let database: Awaited<ReturnType<typeof freshDatabase>>
let service: ServiceProcess
let url: string
let operator: Rest
let ann: Person
let bob: Person
let room_id: string
let paths: string[]

/** Limits are on; what meets them here is how much one socket may ask. */
beforeAll(async () => {
  database = await freshDatabase()
  service = new ServiceProcess({
    DATABASE_URL: database.url,
    ADMIN_KEY: adminKey,
    LOG_LEVEL: 'trace',
    NODE_OPTIONS,
    WS_PING_INTERVAL_MS: '500',
    WS_PING_TIMEOUT_MS: '500',
    RATE_USER_CONNECTION_BURST: '100000',
    RATE_USER_BURST: '100000',
    RATE_TENANT_BURST: '100000',
    RATE_TENANT_PER_SECOND: '100000',
  })
  url = await service.url()
  operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(url, { clientKey: api_token })
  const person = async (): Promise<Person> => {
    const { user_id } = (await backend.post('/user', { display_name: 'Ann' })).body
    const { token } = (await backend.post(`/auth/${user_id}`)).body
    return { user_id, token, rest: new Rest(url, { authorization: `Bearer ${token}` }) }
  }
  ;[ann, bob] = [await person(), await person()]
  room_id = (await backend.post('/room', { created_by: ann.user_id, member_ids: [bob.user_id] })).body.room_id
  await bob.rest.post('/api/chat/thread', { stream_id: 'stream' })
  paths = ['/ws/chat/stream', '/chat/ws', '/ws', `/ws/${room_id}/${ann.user_id}`]
})
afterAll(async () => {
  await endAll()
  await database.drop()
})

const open = (path: string, options = {}): Promise<PlainSocket> =>
  PlainSocket.open(url, `${path}?token=${ann.token}`, options)

const tcpOf = (socket: PlainSocket): NodeJS.WritableStream =>
  (socket.ws as unknown as { ['_socket']: NodeJS.WritableStream })['_socket']

/** A message in pieces of one byte, of which the last never comes. */
function pieces(count: number): Buffer {
  const all = Buffer.alloc(count * 7, Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x31]))
  all[0] = 0x01
  return all
}

const code = (frame: any): unknown => frame.error?.code ?? frame.data?.code

const poisons: Record<string, (path: string) => Promise<void>> = {
  'a flood is told, and closed with 1008': async (path) => {
    const socket = await open(path)
    for (let n = 0; n < 5000; n++) socket.send('x')
    expect((await socket.closed)[0]).toBe(1008)
    const limited = socket.frames.filter((frame) => code(frame) === 'rate_limited')
    expect(limited.length + socket.frames.filter((frame) => code(frame) === 'malformed_json').length).toBeLessThan(200)
  },
  'ten megabytes': async (path) => {
    const socket = await open(path)
    socket.send('x'.repeat(10_000_000))
    expect((await socket.closed)[0]).toBe(1009)
  },
  'a million pieces': async (path) => {
    const socket = await open(path)
    tcpOf(socket).write(pieces(1_000_000))
    expect((await socket.closed)[0]).toBe(1008)
  },
  'half a message, and silence': async (path) => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => open(path, { autoPong: false })))
    for (const socket of sockets) tcpOf(socket).write(pieces(16_000))
    for (const socket of sockets) expect((await socket.closed)[0]).toBe(1006)
  },
  'half a handshake': async (path) => {
    const request = upgradeRequest(`${path}?token=${ann.token}`)
    const sockets = await Promise.all(Array.from({ length: 50 }, () => tcp(url)))
    for (const [n, socket] of sockets.entries()) socket.write(request.slice(0, (request.length * n) / 50))
    expect((await bob.rest.get('/user/me')).status).toBe(200)
    for (const socket of sockets) socket.resetAndDestroy()
  },
  'a token that is wrong': async (path) => {
    await expect(PlainSocket.open(url, `${path}?token=${ann.token}x`)).rejects.toMatchObject({ status: 401 })
    await expect(PlainSocket.open(url, `/nowhere${path}?token=${ann.token}`)).rejects.toMatchObject({ status: 404 })
    const refused = await PlainSocket.open(url, `${path}?token=${ann.token}x`, { origin: 'https://evil.example' })
    expect((await refused.closed)[0]).toBe(4401)
  },
  'whoever reads nothing is cut': async (path) => {
    const socket = await open(path)
    if (path.endsWith('/ws')) socket.send({ event: 'chat.join', data: { roomId: room_id } })
    const room = path === '/ws/chat/stream' ? streamRoom() : Promise.resolve(room_id)
    await until(async () => (await figures()).get('parley_sockets') === 1, 'the socket')
    socket.ws.pause()
    await talkUntilGone(await room)
    socket.ws.terminate()
  },
}

const streamRoom = async (): Promise<string> =>
  (await bob.rest.post('/api/chat/thread', { stream_id: 'stream' })).body.room_id

async function talkUntilGone(room: string): Promise<void> {
  const text_message = '✓'.repeat(10_000)
  for (let n = 0; n < 100 && (await figures()).get('parley_sockets'); n++) {
    await Promise.all(Array.from({ length: 10 }, () => bob.rest.post(`/room/${room}/message/send`, { text_message })))
  }
}

const figures = (): Promise<Figures> => figuresOf(operator)

async function atRest(): Promise<Figures> {
  await until(async () => (await figures()).get('parley_sockets') === 0, 'all sockets to end')
  return collected(service, operator)
}

/** How much more there may be than before. Buffers are `external`: each round brings hundreds of megabytes of them. */
const bounds = new Map([
  ['parley_process_open_fds', 10],
  ['parley_nodejs_heap_size_used_bytes', 3_000_000],
  ['parley_nodejs_external_memory_bytes', 10_000_000],
])

const isAsBefore = (before: Figures, after: Figures): boolean =>
  [...bounds].every(([name, most]) => after.get(name)! - before.get(name)! < most)

/** Each poison on each path, or on those that are most unlike. */
async function all(): Promise<void> {
  for (const path of paths.slice(0, inForm(2, 4))) for (const poison of Object.values(poisons)) await poison(path)
}

it(
  'nothing of it is kept',
  async () => {
    await all()
    const before = await atRest()
    for (let n = 0; n < rounds; n++) await all()
    // What is still on its way out of memory goes with the next collection; what is kept stays.
    await until(async () => isAsBefore(before, await atRest()), 'all to be as before', 20_000)
  },
  inForm(120_000, 1_200_000),
)

it('SIGTERM: what was acknowledged was answered, and each is closed with 1012', async () => {
  const sockets = await Promise.all(paths.map((path) => open(path)))
  sockets[1]!.send({ event: 'chat.join', data: { roomId: room_id } })
  await sockets[1]!.next((frame) => frame.event === 'chat.joined')
  for (let n = 0; n < 50; n++) sockets[1]!.send({ event: 'chat.message', data: { roomId: room_id, message: `${n}` } })
  await sockets[1]!.next((frame) => frame.event === 'chat.message' && frame.data.message === '0')
  expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  for (const socket of sockets) expect((await socket.closed)[0]).toBe(1012)
  const answered = sockets[1]!.frames.filter(
    (frame) => /^\d+$/.test(frame.data.message) || code(frame) === 'unavailable',
  )
  // And the farewell, before it is closed.
  expect(answered).toHaveLength(51)
  expect(code(answered.at(-1))).toBe('unavailable')
})

it('no token is in its log, which says nothing on standard error', () => {
  const output = service.stdout + service.stderr
  for (const secret of [ann.token, ann.token.split('.')[2]!, adminKey]) expect(output.includes(secret)).toBe(false)
  expect(service.stderr).toBe('')
})
