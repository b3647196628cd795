/** What `docker-compose-production.yml` puts before the service: a real nginx, with the file that it runs there. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { failures, type ErrorCode } from '../../src/contract/errors.js'
import { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { connect, type TestSocket } from '../support/sockets.js'
import { nginxProgram, startProxy, type Proxy } from './nginx.js'

/** As the contract of the service, but for what is of the single failure. */
const problemOf = (code: ErrorCode) => {
  const { status, title, retryable } = failures.get(code)!
  return {
    type: `/docs/errors#${code}`,
    status,
    title,
    code,
    retryable,
    detail: expect.any(String),
    request_id: expect.stringMatching(/^[\w-]{1,64}$/),
  }
}

const describeWithNginx = nginxProgram ? describe : describe.skip
const name = 'deploy/nginx.conf, before the service'

describeWithNginx(nginxProgram ? name : `${name} (nginx is not installed here)`, () => {
  let service: Service
  let proxy: Proxy
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser
  let roomId: string
  const sockets: TestSocket[] = []

  const through = (headers: Record<string, string> = {}): Rest => new Rest(proxy.url, headers)
  const asAnn = (): Rest => through(ann.rest.headers)
  const listen = async (user: TestUser, transports: string[]): Promise<TestSocket> => {
    const socket = await connect(proxy.url, { transports, auth: { token: user.token } })
    sockets.push(socket)
    expect(await socket.ask('join_room', { room_id: roomId })).toMatchObject({ ok: true })
    return socket
  }

  beforeAll(async () => {
    service = await startService({ TRUST_PROXY: '127.0.0.1', RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '3' })
    proxy = await startProxy(service.url)
    tenant = await service.tenant({ allowed_origins: ['https://app.acme.example'] })
    ann = await tenant.user()
    bob = await tenant.user({ display_name: 'Bob' })
    roomId = await tenant.room([ann, bob])
  })
  afterAll(async () => {
    for (const socket of sockets) socket.close()
    await proxy?.stop()
    await service?.stop()
  })

  describe('REST', () => {
    it('passes requests, answers and their headers', async () => {
      const sent = await asAnn().post(`/room/${roomId}/message/send?`, { text_message: 'Grüße 👋' })
      expect(sent.status).toBe(201)
      expect(sent.body).toMatchObject({ text_message: 'Grüße 👋' })
      expect(sent.headers.get('ratelimit-policy')).toMatch(/^"user/)
      expect(sent.headers.get('content-security-policy')).toContain("default-src 'self'")
      const { status, headers } = await asAnn().get(`/room/${roomId}/message?after_seq=0`)
      expect(status).toBe(200)
      expect(headers.get('server')).toBe('nginx')
    })

    it('gives the request one id in its log, in the service’s and in the answer', async () => {
      const chosen = await asAnn().get('/user/me', { headers: { 'x-request-id': 'chosen-by-the-client' } })
      expect(chosen.headers.get('x-request-id')).toBe('chosen-by-the-client')
      const made = await asAnn().get('/user/me', { headers: { 'x-request-id': '"},{"' } })
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
      const logged = await lineOf(proxy, (line) => line.request_id === made.headers.get('x-request-id'))
      expect(logged).toMatchObject({ method: 'GET', path: '/user/me', status: 200, client: '127.0.0.1' })
    })

    it('takes what the service takes (128 KiB), and refuses more in its words', async () => {
      const post = (bytes: number) => {
        const [head, tail] = ['{"text_message":"', '"}']
        const raw = head + 'x'.repeat(bytes - head.length - tail.length) + tail
        const headers = { 'content-type': 'application/json' }
        return asAnn().post(`/room/${roomId}/message/send`, undefined, { raw, headers })
      }
      expect((await post(131_072)).body).toMatchObject({ code: 'validation_failed' })
      for (const bytes of [131_073, 1_000_000]) {
        const refused = await post(bytes)
        expect(refused.status).toBe(413)
        expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
        expect(refused.body).toEqual(problemOf('payload_too_large'))
      }
    })

    it('answers a page of another origin as the service does', async () => {
      const origin = (value: string) => asAnn().get('/user/me', { headers: { origin: value } })
      const allowed = async (value: string) => (await origin(value)).headers.get('access-control-allow-origin')
      expect(await allowed('https://app.acme.example')).toBe('https://app.acme.example')
      expect(await allowed('https://evil.example')).toBeNull()
    })

    it('names the socket of a stream by the proxy’s address, whatever a client says that it is', async () => {
      const headers = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/evil',
        forwarded: 'host=evil.example;proto=https',
      }
      const { body } = await asAnn().post('/api/chat/thread', { stream_id: 'a/b c' }, { headers })
      expect(body.ws_url).toBe(`${proxy.url.replace('http', 'ws')}/ws/chat/a%2Fb%20c`)
      const closed = await asAnn().post('/api/chat/thread/a%2Fb%20c/close')
      expect(closed).toMatchObject({ status: 200, body: { stream_id: 'a/b c', active: false } })
    })

    it('takes an offer of HTTP/2, as Java’s client makes it, for what it is: an offer', async () => {
      const headers = { ...ann.rest.headers, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' }
      expect(await statusOf(`${proxy.url}/user/me`, { headers })).toBe(200)
    })
  })

  describe('Swagger', () => {
    it('is there with its files, compressed, and speaks to the address that it came from', async () => {
      const page = await through().get('/docs')
      expect(page.status).toBe(200)
      const bundle = await through().get('/docs/swagger-ui-bundle.js')
      expect(bundle.status).toBe(200)
      expect(bundle.headers.get('content-encoding')).toBe('gzip')
      const { body } = await through().get('/docs-json')
      expect(body.servers ?? []).toEqual([])
    })
  })

  describe('Socket.IO', () => {
    it.each([[['websocket']], [['polling']], [['polling', 'websocket']]])('chats by %j', async (transports) => {
      const [a, b] = [await listen(ann, transports), await listen(bob, transports)]
      if (transports.length === 2) await upgraded(a)
      const { message } = await a.ask('send_message', { room_id: roomId, text_message: `by ${transports.join()}` })
      const heard = async (socket: TestSocket) => (await socket.next('new_message', 1, 2000))[0]
      expect(await heard(b)).toEqual(message)
      expect(await heard(a)).toEqual(message)
      expect(a.socket.io.engine.transport.name).toBe(transports.at(-1))
    })

    it('passes the longest message, and hears of it by polling without delay', async () => {
      const [a, b] = [await listen(ann, ['websocket']), await listen(bob, ['polling'])]
      const text_message = '👋'.repeat(10_000)
      expect(await a.ask('send_message', { room_id: roomId, text_message })).toMatchObject({ ok: true })
      expect((await b.next('new_message', 1, 2000))[0].text_message).toBe(text_message)
    })

    it('does not make a WebSocket of any other path', async () => {
      const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
      expect(await statusOf(`${proxy.url}/nowhere`, { headers })).toBe(404)
    })
  })

  describe('who asked', () => {
    it('is the address that nginx sees, whatever the client says', async () => {
      const guess = (localAddress: string, spoofed: string) =>
        statusOf(`${proxy.url}/user/me`, {
          localAddress,
          headers: { clientKey: 'parley_wrong', 'x-forwarded-for': spoofed, forwarded: `for=${spoofed}` },
        })
      for (const n of [1, 2, 3]) expect(await guess('127.0.0.2', `203.0.113.${n}`)).toBe(401)
      expect(await guess('127.0.0.2', '203.0.113.4')).toBe(429)
      expect(await guess('127.0.0.3', '203.0.113.4')).toBe(401)
    })
  })

  describe('TLS, when it is turned on', () => {
    let tls: Proxy
    beforeAll(async () => (tls = await startProxy(service.url, { tls: true })))
    afterAll(() => tls?.stop())

    it('sends everything there, but for health checks', async () => {
      const moved = await fetch(`${tls.url}/user/me?limit=1`, { redirect: 'manual', method: 'POST' })
      expect(moved.status).toBe(308)
      expect(moved.headers.get('location')).toBe('https://127.0.0.1/user/me?limit=1')
      expect((await fetch(`${tls.url}/health/live`)).status).toBe(200)
    })

    it('serves REST and WebSockets', async () => {
      const { ca } = tls
      expect(await statusOf(`${tls.httpsUrl}/user/me`, { ca, headers: ann.rest.headers })).toBe(200)
      const socket = await connect(tls.httpsUrl, { auth: { token: ann.token }, ca })
      sockets.push(socket)
      expect(await socket.ask('join_room', { room_id: roomId })).toMatchObject({ ok: true })
    })
  })

  describe('when the service is away', () => {
    let alone: Proxy
    beforeAll(async () => (alone = await startProxy('http://127.0.0.1:1')))
    afterAll(() => alone?.stop())

    it('says so in its words, and that it may be tried again', async () => {
      const { status, body, headers } = await new Rest(alone.url).get('/user/me?token=a-secret-in-the-query')
      expect(status).toBe(503)
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(headers.get('retry-after')).toBe('1')
      expect(body).toEqual({ ...problemOf('unavailable'), retry_after_ms: 1000 })
      const line = await lineOf(alone, ({ path }) => path === '/user/me')
      expect(line).toMatchObject({ status: 503, service: '502' })
      expect(await alone.logged()).not.toContain('a-secret-in-the-query')
    })
  })

  it('logs neither a query nor a credential nor a text', async () => {
    await asAnn().get(`/room/${roomId}/message?after_seq=0&token=a-secret-in-the-query`)
    const path = `/room/${roomId}/message`
    await lineOf(proxy, (line) => line.path === path && line.method === 'GET')
    const logged = await proxy.logged()
    for (const secret of ['a-secret-in-the-query', 'after_seq', ann.token, tenant.apiToken, 'Grüße']) {
      expect(logged).not.toContain(secret)
    }
  })
})

interface Line {
  [field: string]: unknown
}

/** The line, as soon as it is written. */
async function lineOf(proxy: Proxy, isIt: (line: Line) => boolean): Promise<Line> {
  for (let tries = 0; tries < 100; tries++) {
    const lines = (await proxy.logged()).split('\n').filter((line) => line.startsWith('{'))
    const found = lines.map((line) => JSON.parse(line) as Line).findLast(isIt)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`nginx did not log it: ${await proxy.logged()}`)
}

interface From {
  headers?: Record<string, string>
  localAddress?: string
  ca?: string
}

/** For what `fetch` does not let a client choose. */
function statusOf(url: string, options: From): Promise<number> {
  const send = url.startsWith('https') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    send(url, { agent: false, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
      .on('error', reject)
      .end()
  })
}

async function upgraded({ socket }: TestSocket): Promise<void> {
  if (socket.io.engine.transport.name === 'websocket') return
  await new Promise<void>((resolve) => socket.io.engine.once('upgrade', () => resolve()))
}
