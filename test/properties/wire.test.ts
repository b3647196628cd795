/** Whatever stands in an address or a header: a clear refusal, and never a 5xx. */
import fc from 'fast-check'
import { v7 as uuid } from 'uuid'
import { documentedRoutes } from '../isolation/routes.js'
import { readToEnd, tcp } from '../support/raw.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import { anyJson, anyText } from './arbitraries.js'

const inBase64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const byte = (from: number, to: number) => fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code))

describe('addresses and headers', () => {
  let service: Service
  let user: TestUser
  let room: string
  let lists: string[]
  let routes: { method: string; path: string }[]

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    user = await tenant.user()
    room = await tenant.room([user])
    routes = await documentedRoutes(service)
    const own = (path: string): string => path.replace('{room_id}', room).replace('{tenant_id}', tenant.tenantId)
    const paged = (await documentedRoutes(service)).filter(({ idFields }) => idFields.includes('cursor'))
    lists = paged.map(({ path }) => own(path))
  })
  afterAll(() => service.stop())

  const listOf = (path: string) => (path.startsWith('/admin') ? service.operator : user.rest)
  const id = fc.oneof(fc.constant(uuid()), fc.uuid(), anyJson(1))
  const times = [
    '2026-01-01',
    '0000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    '9999-12-31T23:59:59-23:59',
    '1',
    'epoch',
  ]
  const time = fc.oneof(
    fc.constantFrom(...times, null),
    fc.date({ noInvalidDate: true }).map((date) => date.toJSON()),
    anyJson(1),
  )
  const cursor = fc.oneof(
    anyText(),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    anyJson(2).map(inBase64),
    fc.tuple(id, time).map(inBase64),
  )

  it('any cursor is refused, or names a place in the list', async () => {
    expect(lists.length).toBeGreaterThanOrEqual(5)
    const property = fc.asyncProperty(fc.constantFrom(...lists), cursor, async (path, text) => {
      const { status, body } = await listOf(path).get(`${path}?${new URLSearchParams({ cursor: text }).toString()}`)
      const right = status === 200 ? Array.isArray(body.items) : /invalid_cursor|validation_failed/.test(body.code)
      expect({ path, text, status, right }).toEqual({ path, text, status: body.status ?? 200, right: true })
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it.each(times)('a cursor with the time %s', async (at) => {
    const { status } = await user.rest.get(`/room?cursor=${inBase64([uuid(), at])}`)
    expect(status).toBe(Date.parse(at) >= 0 && Date.parse(at) < Date.UTC(10_000, 0) ? 200 : 400)
  })

  it.each(['/user/%ff', '/%', '/user/%00', `/user/${'x'.repeat(200)}`])(
    'the path %s is refused as a problem',
    async (path) => {
      const { status, headers, body } = await user.rest.get(path)
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { code: expect.any(String), request_id: expect.any(String) },
      })
      expect(headers.get('content-type')).toContain('problem+json')
    },
  )

  it('any text as a number, a flag or a name of a query is refused or read', async () => {
    const name = fc.constantFrom(
      'limit',
      'before_seq',
      'after_seq',
      'around_seq',
      'cursor',
      'constructor',
      '__proto__',
      'x',
      '',
    )
    const number = fc.oneof(
      fc.constantFrom('-0', '1e2', '9007199254740991', '9007199254740992', '0x1', ' 1', '1.0', ''),
      fc.integer().map(String),
    )
    const query = fc.array(fc.tuple(fc.oneof(name, anyText(5)), fc.oneof(number, anyText(8))), { maxLength: 3 })
    const paths = [...lists, `/room/${room}/message`]
    const property = fc.asyncProperty(fc.constantFrom(...paths), query, async (path, pairs) => {
      const { status, body } = await listOf(path).get(`${path}?${new URLSearchParams(pairs).toString()}`)
      const right =
        status === 200 || (status === 400 && body.code === 'validation_failed') || body.code === 'invalid_cursor'
      expect({ path, pairs, body, right }).toMatchObject({ right: true })
    })
    await fc.assert(property, { numRuns: 150 })
  })

  it('any path is refused as a problem', async () => {
    const part = fc.oneof(
      anyText(8).map((text) => encodeURIComponent(text.toWellFormed())),
      fc.string({ maxLength: 120 }).map((text) => text.replace(/[\s#?\\]/g, '%')),
      fc.constantFrom('user', 'room', 'me', '%', '%ff', '%00', '..', '.', '', uuid()),
    )
    const method = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS')
    const property = fc.asyncProperty(method, fc.array(part, { maxLength: 5 }), async (verb, parts) => {
      const { status, headers, body } = await user.rest.send(verb, `/${parts.join('/')}`)
      const isProblem = headers.get('content-type')?.includes('problem+json') === true && body.status === status
      expect({ parts, body, right: status < 400 || (status < 500 && isProblem) }).toMatchObject({ right: true })
    })
    await fc.assert(property, { numRuns: 150 })
  })

  it('any text for an id in a path is refused, where it is none', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...routes), anyText(12), async ({ method, path }, text) => {
      const address = path.replace(/\{\w+\}/g, () => encodeURIComponent(text.toWellFormed()) || '-')
      const rest = path.startsWith('/admin') ? service.operator : user.rest
      if (address === path) return
      const { status } = await rest.send(method, address, method === 'GET' || method === 'DELETE' ? undefined : {})
      expect({ address, status: [400, 403, 404].includes(status) }).toMatchObject({ status: true })
    })
    await fc.assert(property, { numRuns: 100 })
  })

  const latin1 = fc.string({ unit: fc.oneof(byte(0x20, 0x7e), byte(0x80, 0xff), fc.constant('\t')), maxLength: 60 })
  const keyLike = fc
    .constantFrom('.', '..', 'parley_', ',', ' ')
    .chain((mark) => fc.tuple(latin1, latin1).map(([left, right]) => `${left}${mark}${right}`))
  const real = fc.constant(0).chain(() => latin1.map((rest) => `${user.tenant.apiToken}.${rest}`))
  const key = fc.oneof(latin1, keyLike, real)

  it('any clientKey, Authorization and Idempotency-Key', async () => {
    const name = fc.constantFrom(
      'clientKey',
      'Authorization',
      'Idempotency-Key',
      'x-request-id',
      'content-type',
      'Origin',
    )
    const property = fc.asyncProperty(
      name,
      fc.oneof(
        key,
        key.map((text) => `Bearer ${text}`),
      ),
      async (header, value) => {
        const head = `POST /user HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n${header}: ${value}\r\n\r\n{}`
        const socket = await tcp(service.url)
        socket.write(Buffer.from(head, 'latin1'))
        const answer = await readToEnd(socket)
        socket.destroy()
        expect({ head, line: answer.split('\r\n')[0] }).toMatchObject({
          line: expect.stringMatching(/^HTTP\/1\.1 [24]\d\d /),
        })
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })

  it('any clientKey and any token of a handshake', async () => {
    const sent = fc.oneof(
      key.map((clientKey) => ({ extraHeaders: { clientKey } })),
      fc.oneof(anyJson(2), key).map((token) => ({ auth: { token } })),
      anyJson(2)
        .filter((auth) => typeof auth === 'object' && auth !== null && !Array.isArray(auth))
        .map((auth) => ({ auth: auth as object })),
    )
    const property = fc.asyncProperty(sent, async (options) => {
      const refused = await service.socket(options).then(
        () => null,
        (error: Error & { data?: unknown }) => ({ message: error.message, data: error.data }),
      )
      expect({ options, refused }).toMatchObject({
        refused: { message: 'Authentication error', data: { status: expect.any(Number), code: expect.any(String) } },
      })
      expect((refused!.data as { status: number }).status).toBeLessThan(500)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
