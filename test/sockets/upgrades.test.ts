/** Requests for a WebSocket that is not there, and connections on which nothing sensible is said. */
import { RawSocket, readToEnd, tcp, upgradeRequest } from '../support/raw.js'
import { startService, type Service, type TestUser } from '../support/service.js'

let service: Service
let ann: TestUser

beforeAll(async () => {
  service = await startService()
  ann = await (await service.tenant()).user()
})

afterAll(() => service.stop())

afterEach(async () => {
  expect((await service.anyone.get('/health/ready')).status).toBe(200)
})

const token = (): string => ann.token

const unknownPaths = [
  '/',
  '/wsx',
  '/ws/',
  '/ws/one',
  '/ws/a/b/c',
  '/chat',
  '//ws',
  '/socket',
  '/socket.iox/',
  '/socket.io',
  '/socket.io?EIO=4&transport=websocket',
]

const moreUnknownPaths = ['/docs', '//socket.io/', '/%73ocket.io/', '*', '/room', '/socket.io?/']

describe('an upgrade on an unknown path', () => {
  it.each([...unknownPaths, ...moreUnknownPaths])('is refused at once: %s', async (path) => {
    const socket = await tcp(service.url)
    const startedMs = Date.now()
    socket.write(upgradeRequest(path))
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
    expect(Date.now() - startedMs).toBeLessThan(500)
    socket.destroy()
  })

  it('ends also if the client does not end its side', async () => {
    const socket = await tcp(service.url)
    socket.write(upgradeRequest('/nowhere'))
    await readToEnd(socket)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    // Whoever writes to what is closed is told so by a reset.
    const writing = setInterval(() => socket.write('still here'), 5)
    await closed
    clearInterval(writing)
  })
})

const resets: [string, string[]][] = [
  ['/nowhere', []],
  ['/socket.io/?EIO=4&transport=websocket', []],
  // Whether the origin may is asked of the database: the socket is nobody's meanwhile.
  ['/socket.io/?EIO=4&transport=websocket', ['Origin: https://app.example']],
  ['/socket.io/?EIO=4&transport=pigeon', ['Origin: https://app.example']],
]

it.each(resets)('a client that resets its connection does no harm: %s %j', async (path, headers) => {
  for (let i = 0; i < 20; i++) {
    const socket = await tcp(service.url)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(upgradeRequest(path, headers))
    if (i % 2) await new Promise((resolve) => setImmediate(resolve))
    socket.resetAndDestroy()
    await closed
  }
})

describe('an upgrade on the path of Socket.IO', () => {
  it('is found also below it, by Engine.IO, which ignores the rest', async () => {
    const socket = await RawSocket.open(service.url, '/socket.io/rest?EIO=4&transport=websocket')
    socket.send(`40${JSON.stringify({ token: token() })}`)
    expect(await socket.next(/^40/)).toMatch(/^40\{"sid"/)
    socket.ws.terminate()
  })

  it.each([
    ['EIO=4&transport=pigeon', 'an unknown transport'],
    ['EIO=4', 'no transport'],
    ['EIO=4&transport=websocket&sid=nobody', 'an unknown session'],
    ['EIO=4&transport=constructor', 'a transport that is a method'],
    ['EIO=4&transport=websocket&sid=__proto__', 'a session that is a prototype'],
  ])('is refused with 400: %s (%s)', async (query) => {
    await expect(RawSocket.open(service.url, `/socket.io/?${query}`)).rejects.toThrow('answered 400')
  })

  it('of an older protocol is ended', async () => {
    const socket = await RawSocket.open(service.url, '/socket.io/?EIO=3&transport=websocket')
    await socket.closed
    expect(socket.frames).toEqual([])
  })

  it.each([
    ['no key', /Sec-WebSocket-Key.*\r\n/, ''],
    ['a short key', /Key: .*/, 'Key: short'],
    ['an older version of WebSocket', 'Version: 13', 'Version: 7'],
    ['another upgrade', 'Upgrade: websocket', 'Upgrade: h2c'],
  ])('is refused with %s', async (_, part, replacement) => {
    const socket = await tcp(service.url)
    socket.write(upgradeRequest('/socket.io/?EIO=4&transport=websocket').replace(part, replacement))
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 4\d\d /)
    socket.destroy()
  })
})

describe('polling', () => {
  it.each([
    ['GET', 'EIO=4&transport=polling&sid=nobody'],
    ['POST', 'EIO=4&transport=polling&sid=__proto__'],
    ['POST', 'EIO=4&transport=polling'],
    ['GET', 'EIO=4&transport=websocket'],
    ['GET', 'EIO=3&transport=polling'],
  ])('%s %s is refused with 400', async (method, query) => {
    expect((await service.anyone.send(method, `/socket.io/?${query}`)).status).toBe(400)
  })

  it('a body that is no packet ends that session alone', async () => {
    const path = '/socket.io/?EIO=4&transport=polling'
    const { body } = await service.anyone.get(path)
    const { sid } = JSON.parse(String(body).slice(1)) as { sid: string }
    const session = `${path}&sid=${sid}`
    const waiting = service.anyone.get(session)
    await service.anyone.post(session, undefined, { raw: 'no packet' })
    await waiting
    expect((await service.anyone.get(session)).status).toBe(400)
  })
})
