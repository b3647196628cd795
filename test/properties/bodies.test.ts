/** Every route that takes a body, through real HTTP: whatever is sent is stored exactly or refused, and never a 5xx. */
import fc from 'fast-check'
import type { Input } from '../../src/contract/input.js'
import { documentedRoutes, type RouteInfo } from '../isolation/routes.js'
import type { Answer, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { anyJson, bodyOf } from './arbitraries.js'
import { allDtos } from './dtos.js'

/** What a body may be answered: done, wrong, not logged in, not allowed, not there, taken. */
const expected = new Set([200, 201, 204, 400, 401, 403, 404, 409])

/** Sent fields that an answer shows in another way, and why. */
const shownOtherwise: ReadonlyMap<string, (body: any) => boolean> = new Map([
  ['access', (body) => body.type === 'private'], // a private room is always `invite`
])

describe('bodies', () => {
  let service: Service
  let routes: { route: RouteInfo; input: Input<object> }[]
  let tenant: TestTenant
  let user: TestUser
  let other: TestUser
  let spare: TestUser
  let erased: TestUser
  let rooms: Record<'changed' | 'left' | 'talked', string>
  let victim: TestTenant
  let message_id: string

  beforeAll(async () => {
    service = await startService()
    const dtos = new Map(await allDtos())
    const all = await documentedRoutes(service)
    routes = all
      .filter(({ method }) => method !== 'GET' && method !== 'DELETE')
      .map((route) => ({ route, input: dtos.get(route.bodyDto ?? 'NoBody')! }))
    ;[tenant, victim] = await Promise.all([service.tenant({ self_registration: true }), service.tenant()])
    ;[user, other, spare, erased] = await Promise.all([tenant.user(), tenant.user(), tenant.user(), tenant.user()])
    rooms = { changed: await tenant.room([user]), left: await tenant.room([user]), talked: await tenant.room([user]) }
    message_id = (await user.send(rooms.talked, 'Hi')).message_id
  })
  afterAll(() => service.stop())

  it('of all routes are known', () => {
    expect(routes.length).toBeGreaterThan(12)
    expect(routes.filter(({ input }) => !input)).toEqual([])
  })

  /** Whoever may most on the route, and what it is done to: nothing that another route needs as it is. */
  function target({ path, forOperator }: RouteInfo): [Rest, string] {
    const room = path.includes('/message') ? rooms.talked : /\/(join|leave)$/.test(path) ? rooms.left : rooms.changed
    const ids = {
      user_id: (path.startsWith('/auth') ? user : path.endsWith('/erase') ? erased : other).userId,
      room_id: room,
      message_id,
      emoji: '👍',
      tenant_id: victim.tenantId,
      stream_id: 'stream',
    }
    const address = path.replace(/\{(\w+)\}/g, (_, name: keyof typeof ids) => ids[name])
    if (forOperator) return [service.operator, address]
    if (path === '/send-system-message') return [tenant.backend.as({ 'x-internal-api-key': tenant.apiToken }), address]
    // By the clientKey, which outlives every token.
    if (/^\/(friend|auth\/(logout|password))/.test(path))
      return [tenant.backend.as({ clientKey: spare.clientKey }), address]
    return [/\/(me|me\/status|join|leave|read|thread)$|\/message/.test(path) ? user.rest : tenant.backend, address]
  }

  const known = fc.constantFrom('user', 'other').map((name) => (name === 'user' ? user : other).userId)
  const uuids = fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: known.map((id) => id.toUpperCase()) },
    { weight: 1, arbitrary: fc.uuid() },
  )

  /** The fields that were sent and come back, as both sides say them. */
  function inBoth(sent: object, body: any): [sent: object, shown: object] {
    const otherwise = (name: string): boolean => shownOtherwise.get(name)?.(sent) ?? false
    const both = Object.keys(sent).filter((name) => Object.hasOwn(body, name) && !otherwise(name))
    const pick = (from: any): object => Object.fromEntries(both.map((name) => [name, from[name]]))
    return [JSON.parse(JSON.stringify(pick(sent), smallIds)), pick(body)]
  }
  /** UUIDs come back in small letters. */
  const smallIds = (name: string, value: unknown): unknown =>
    ['created_by', 'reply_to', 'mentions'].includes(name) ? smaller(value) : value
  const smaller = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(smaller) : typeof value === 'string' ? value.toLowerCase() : value

  /** What is there already is answered as it is. */
  const isRepeat = ({ status, body }: Answer, { method }: RouteInfo): boolean =>
    (status !== 201 && method === 'POST') || typeof body !== 'object' || Array.isArray(body)

  /** The same thing, read again. */
  async function readAgain({ body }: Answer, { path, forOperator }: RouteInfo): Promise<any> {
    if (forOperator)
      return !body.tenant_id ? body : (await service.operator.get(`/admin/tenant/${body.tenant_id}`)).body
    if (body.message_id) return (await user.rest.get(`/room/${body.room_id}/message/${body.message_id}`)).body
    if (path.startsWith('/room') && body.room_id) return (await tenant.backend.get(`/room/${body.room_id}`)).body
    if (path.startsWith('/user')) return (await tenant.backend.get(`/user/${body.user_id}`)).body
    return body
  }

  it('are stored exactly, or refused with the reason', async () => {
    let done = 0
    for (const { route, input } of routes) {
      const [rest, address] = target(route)
      const property = fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: bodyOf(input, uuids) }, anyJson()),
        async (sent) => {
          const answer = await rest.send(route.method, address, sent)
          const { status, body } = answer
          const isProblem = body.code !== undefined && body.status === status
          const isExpected = expected.has(status) && isProblem === status >= 400
          expect({ route: route.name, sent, body, isExpected }).toMatchObject({ isExpected: true })
          if (!isProblem) done++
          const shows = isProblem || isRepeat(answer, route) ? [] : [body, await readAgain(answer, route)]
          for (const shown of shows) {
            const [there, here] = inBoth(sent as object, shown)
            expect(here).toEqual(there)
          }
        },
      )
      await fc.assert(property, { numRuns: 25 })
    }
    expect(done).toBeGreaterThan(5 * routes.length)
  }, 60_000)

  it('are refused alike when they are not JSON at all', async () => {
    const headers = { 'content-type': 'application/json' }
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    )
    const property = fc.asyncProperty(fc.constantFrom(...routes), bytes, async ({ route }, raw) => {
      const [rest, address] = target(route)
      const { status, body } = await rest.send(route.method, address, undefined, { headers, raw: Buffer.from(raw) })
      expect({ status: expected.has(status), body }).toMatchObject({ status: true })
    })
    await fc.assert(property, { numRuns: 150 })
  })

  it.each([null, 1, 'a', true, [], [{}]])('that are %j and no object are refused by all', async (sent) => {
    for (const { route } of routes) {
      const [rest, address] = target(route)
      expect(await rest.send(route.method, address, sent)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      })
    }
  })

  it('nested too deep, or of another type, are refused', async () => {
    const raw = `{"metadata":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    const headers = { 'content-type': 'application/json' }
    expect(await user.rest.send('PATCH', '/user/me', undefined, { raw, headers })).toMatchObject({ status: 400 })
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense']) {
      const answer = await user.rest.send('PATCH', '/user/me', undefined, {
        raw: 'a=1',
        headers: { 'content-type': type },
      })
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    }
  })
})
