/** Errors: one shape wherever they come from, and not a word too much. */
import { rowsOf } from '../support/database.js'
import { noId, problem } from '../support/problems.js'
import { readToEnd, tcp } from '../support/raw.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
})
afterAll(() => service.stop())

const send = (method: string, path: string, body?: unknown) => tenant.backend.send(method, path, body)

const failures: [string, number, () => Promise<Answer>][] = [
  ['no such route', 404, () => send('GET', '/nothing/here')],
  ['no such method of a route', 404, () => send('PUT', '/room', {})],
  ['no such method at all', 404, () => send('PROPFIND', '/room')],
  ['an address that cannot be read', 400, () => send('GET', '/user/%zz')],
  ['an address with half a character', 400, () => send('GET', '/user/%c3')],
  ['a very long id', 400, () => send('GET', `/user/${'x'.repeat(2000)}`)],
  ['a body that is no JSON', 400, () => tenant.backend.post('/user', undefined, { raw: '{' })],
  ['bad input', 400, () => send('POST', '/user', { colour: 'red' })],
  ['a bad cursor', 400, () => send('GET', '/user?cursor=x')],
  ['credentials that disagree', 400, () => ann.rest.get('/user', { headers: { clientKey: tenant.apiToken } })],
  ['no credential', 401, () => service.anyone.get('/user')],
  ['a bad credential', 401, () => service.anyone.as({ clientKey: 'x' }).get('/user')],
  ['no operator', 401, () => service.anyone.get('/admin/tenant')],
  ['no right', 403, () => ann.rest.post('/user', {})],
  ['nobody there', 404, () => send('GET', `/user/${noId()}`)],
  ['a huge body', 413, () => send('POST', '/user', { display_name: 'x'.repeat(200_000) })],
  [
    'a body that is no JSON by its type',
    415,
    () => tenant.backend.post('/user', undefined, { raw: '<user/>', headers: { 'content-type': 'text/xml' } }),
  ],
]

describe('every failure', () => {
  it.each(failures)('is an RFC 9457 problem: %s', async (_, status, fail) => {
    const { status: answered, body, headers } = await fail()
    expect(answered).toBe(status)
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(body).toMatchObject({
      type: `/docs/errors#${body.code}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code: expect.stringMatching(/^[a-z_]+$/),
      retryable: false,
      request_id: headers.get('x-request-id'),
    })
    const known = ['type', 'title', 'status', 'detail', 'code', 'retryable', 'request_id', 'errors']
    expect(known).toEqual(expect.arrayContaining(Object.keys(body)))
  })

  it.each(failures)('says nothing of our insides: %s', async (_, _status, fail) => {
    const text = JSON.stringify((await fail()).body)
    expect(text).not.toMatch(/node_modules|\.[jt]s\b|\bat \w+|SELECT|INSERT|relation|postgres|pg_|fastify|FST_|nest/i)
    expect(text).not.toContain(tenant.apiToken)
  })

  it('has its place on the page that its type names', async () => {
    const { body: page } = await service.anyone.get('/docs/errors')
    for (const [, , fail] of failures) expect(page).toContain(`id="${(await fail()).body.code}"`)
  })
})

const idOf = async (shown?: string) => {
  const { body, headers } = await service.anyone.get('/user', shown ? { headers: { 'x-request-id': shown } } : {})
  expect(headers.get('x-request-id')).toBe(body.request_id)
  return body.request_id as string
}

describe('the request id', () => {
  it('is made here, another one each time', async () => {
    expect(await idOf()).not.toBe(await idOf())
  })

  it('is the caller’s own if it is harmless', async () => {
    expect(await idOf('my-request_7')).toBe('my-request_7')
  })

  it.each(['a b', 'x'.repeat(65), '"}', '<script>', 'a,b'])('is not the caller’s own if it is %j', async (shown) => {
    expect(await idOf(shown)).toMatch(/^[\da-f-]{36}$/)
  })

  it('comes with what succeeds, too', async () => {
    const { headers } = await tenant.backend.get('/user', { headers: { 'x-request-id': 'fine' } })
    expect(headers.get('x-request-id')).toBe('fine')
  })
})

describe('what is hardly HTTP', () => {
  it.each([
    ['nonsense', 'HELLO\r\n\r\n', 400],
    ['a header without end', `GET /user HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', 'POST /user HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    [
      'a length and chunks',
      'POST /user HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
    ],
  ])('is refused and let go: %s', async (_, text, status) => {
    const socket = await tcp(service.url)
    socket.end(text)
    expect(await readToEnd(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect((await service.anyone.get('/health/live')).status).toBe(200)
  })
})

/** As the administrator of the server does it: nobody comes in, and whoever is there goes. */
const allow = async (name: string, allowed: boolean) => {
  const server = process.env['TEST_DATABASE_URL']!
  await rowsOf(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`)
  if (!allowed)
    await rowsOf(server, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
}

describe('without its database', () => {
  let lone: Service
  beforeAll(async () => {
    lone = await startService()
  })
  afterAll(() => lone.stop())

  it('the service says so and that a retry helps, and goes on when it is back', async () => {
    const name = new URL(lone.databaseUrl).pathname.slice(1)
    const bob = await (await lone.tenant()).user()
    const room = await bob.tenant.room([bob])
    const say = (text: string) => bob.rest.post(`/room/${room}/message/send`, { text_message: text })
    await say('before')

    await allow(name, false)
    const asked = [
      () => bob.tenant.backend.get('/user'),
      () => bob.rest.get('/user/me'),
      () => say('meanwhile'),
      () => bob.rest.post('/room', {}, { headers: { 'idempotency-key': 'k' } }),
      () => lone.operator.get('/admin/tenant'),
      () => lone.anyone.get('/health/ready'),
    ]
    const unavailable = problem(503, 'unavailable', { retryable: true, retry_after_ms: expect.any(Number) })
    for (const ask of [...asked, ...asked]) {
      const answer = await ask()
      expect(answer).toMatchObject(unavailable)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(JSON.stringify(answer.body)).not.toMatch(/terminat|connection|not currently accepting|test_|SQL/i)
    }
    expect(await lone.anyone.get('/nothing')).toMatchObject(problem(404, 'route_not_found'))
    expect((await lone.anyone.get('/health/live')).status).toBe(200)

    await allow(name, true)
    await until(async () => (await lone.anyone.get('/health/ready')).status === 200, 'the service to be ready again')
    expect((await say('after')).body).toMatchObject({ seq: 2, text_message: 'after' })
    expect((await bob.rest.post('/room', {}, { headers: { 'idempotency-key': 'k' } })).status).toBe(201)
  })
})
