/** Requests for a plain WebSocket: broken ones, ones that are broken off, and whom each credential lets in. */
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Seating } from '../../src/contract/ports.js'
import { Hub } from '../../src/gateway/hub.js'
import { enter, flush, placeNames, placesOf, type Place } from '../support/places.js'
import type { PlainSocket } from '../support/plain.js'
import { readToEnd, tcp, upgradeRequest } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { forged, resigned, secondsFromNow } from '../support/tokens.js'
import { until } from '../support/until.js'

const ours = 'https://app.acme.example'
const theirs = 'https://app.evil.example'

let service: Service
let tenant: TestTenant
let ann: TestUser
let places: Place[]
let witness: PlainSocket

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '100000' })
  const limits = { user_connection_burst: 100_000, user_connection_per_second: 1000, user_sockets: 3 }
  tenant = await service.tenant({ allowed_origins: [ours], limits })
  ann = await tenant.user({ display_name: 'Ann' })
  const bob = await tenant.user()
  places = await placesOf(tenant, [ann, bob])
  witness = await enter(bob, places[1]!)
})
afterAll(() => service.stop())

/** How many sockets each user and tenant is counted to have. */
const seats = (): ReadonlyMap<string, number> => service.app.get<{ taken: ReadonlyMap<string, number> }>(Seating).taken

const opened: Socket[] = []

/** A connection on which nothing was said yet; it ends with the test. */
async function bare(): Promise<Socket> {
  const socket = await tcp(service.url)
  opened.push(socket)
  return socket
}

/** Of all that came and went nothing is left but Bob, who feels nothing. */
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy()
  await until(() => [...service.app.get(Hub).connections()].length === 1, 'all others to end')
  await until(() => [...seats().values()].every((count) => count === 1), 'all places to be given back')
  expect(seats().size).toBe(2)
  await flush(witness, places[1]!)
})

describe.each(placeNames)('%s', (name) => {
  const place = (): Place => places[placeNames.indexOf(name)]!
  const path = (token?: string): string => place().pathFor(ann) + (token === undefined ? '' : `?token=${token}`)

  describe('a request that is broken', () => {
    it.each([
      ['no key', /Sec-WebSocket-Key.*\r\n/, ''],
      ['a short key', /Key: .*/, 'Key: short'],
      ['two keys', /(Sec-WebSocket-Key: .*)/, '$1\r\n$1'],
      ['an older version of WebSocket', 'Version: 13', 'Version: 7'],
      ['no version', /Sec-WebSocket-Version.*\r\n/, ''],
      ['another upgrade', 'Upgrade: websocket', 'Upgrade: h2c'],
      ['another method', 'GET', 'POST'],
      ['a header without a name', 'Host:', ': nothing\r\nHost:'],
      ['headers that are too large', 'Host:', `X: ${'x'.repeat(20_000)}\r\nHost:`],
      ['very many headers', 'Host:', `${'X: x\r\n'.repeat(3000)}Host:`],
      ['a path that is too long', '?token', `?x=${'x'.repeat(20_000)}&token`],
      ['a broken protocol', 'Host:', 'Sec-WebSocket-Protocol: ,\r\nHost:'],
    ])('is refused: %s', async (_, part, replacement) => {
      const socket = await bare()
      socket.write(upgradeRequest(path(ann.token)).replace(part, replacement))
      expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 4\d\d /)
    })

    it('with compression offered is taken without', async () => {
      const socket = await bare()
      socket.write(upgradeRequest(path(ann.token), ['Sec-WebSocket-Extensions: permessage-deflate; nonsense']))
      const [head] = (await new Promise((resolve) => socket.once('data', resolve)).then(String)).split('\r\n\r\n')
      expect(head).toMatch(/^HTTP\/1\.1 101 /)
      expect(head).not.toMatch(/extensions/i)
    })

    it('with garbage behind it ends, and the garbage does no harm', async () => {
      const socket = await bare()
      socket.write(`${upgradeRequest(path(ann.token))}GET / HTTP/1.1\r\nHost: here\r\n\r\n`)
      const answer = await readToEnd(socket)
      expect(answer).toMatch(/^HTTP\/1\.1 101 /)
      // A close frame: protocol error.
      expect(answer).toContain('\u0003\uFFFD')
      expect(answer.match(/HTTP/g)).toHaveLength(1)
    })

    it('in half keeps nobody, and holds no place', async () => {
      const request = upgradeRequest(path(ann.token))
      const sockets = await Promise.all(Array.from({ length: 20 }, bare))
      for (const [n, socket] of sockets.entries()) socket.write(request.slice(0, (request.length * n) / 20))
      await flush(witness, places[1]!)
      expect(seats().get(`user:${tenant.tenantId}:${ann.userId}`)).toBeUndefined()
    })
  })

  it('a client that resets its connection in any phase does no harm', async () => {
    for (let delayMs = 0; delayMs < 20; delayMs++) {
      const sockets = await Promise.all(Array.from({ length: 3 }, bare))
      for (const socket of sockets)
        socket.write(upgradeRequest(path(ann.token), delayMs % 2 ? [`Origin: ${ours}`] : []))
      if (delayMs) await setTimeout(delayMs)
      for (const [n, socket] of sockets.entries()) {
        if (n === 0) socket.resetAndDestroy()
        else if (n === 1) socket.destroy()
        else socket.end()
      }
    }
  })

  it('a client that is gone as soon as it is let in leaves nothing', async () => {
    for (let n = 0; n < 10; n++) {
      const socket = await bare()
      socket.write(upgradeRequest(path(ann.token)))
      await new Promise((resolve) => socket.once('data', resolve))
      if (n % 2) socket.resetAndDestroy()
      else socket.destroy()
    }
  })

  describe('a token', () => {
    /** Which token, and what answers it. */
    const tokens: [what: string, token: () => unknown, status: number, code: string][] = [
      ['that is none', () => undefined, 401, 'credentials_missing'],
      ['that is empty', () => '', 401, 'token_invalid'],
      ['that is nonsense', () => 'nonsense', 401, 'token_invalid'],
      ['with a broken signature', () => `${ann.token}x`, 401, 'token_invalid'],
      ['that is forged', () => forged(ann, { alg: 'none' }, {}), 401, 'token_invalid'],
      ['that has expired', () => resigned(ann, { exp: secondsFromNow(-5) }), 401, 'token_expired'],
      ['of a locked user', locked, 403, 'user_locked'],
      ['that was revoked', revoked, 401, 'token_revoked'],
    ]
    it.each(tokens)('%s is refused by the status, and to a browser by the code that closes it', async (...row) => {
      const [, token, status, code] = row
      const at = path((await token()) as string | undefined)
      await expect(service.plain(at)).rejects.toMatchObject({ status, problem: { code } })
      const socket = await service.plain(at, { origin: theirs })
      expect(await socket.closed).toEqual([4000 + status, code])
    })

    async function locked(): Promise<string> {
      const carl = await tenant.user()
      await tenant.backend.patch(`/user/${carl.userId}`, { status: 'not_active' })
      return carl.token
    }
    async function revoked(): Promise<string> {
      const { body } = await tenant.backend.post(`/auth/${ann.userId}`)
      await service.anyone.as({ authorization: `Bearer ${body.token}` }).post('/auth/logout')
      return body.token
    }

    it('of another tenant finds nothing here', async () => {
      const stranger = await (await service.tenant()).user()
      if (name === '/ws' || name === '/chat/ws') {
        const socket = await stranger.plain(path())
        socket.send(place().hello!)
        const [frame] = await socket.next((one) => place().codeOf(one) !== undefined)
        expect(place().codeOf(frame)).toBe('room_not_found')
        return socket.close()
      }
      const status = name === '/ws/chat/{stream_id}' ? 404 : 403
      await expect(stranger.plain(path())).rejects.toMatchObject({ status })
    })

    it('that disagrees with another is refused, wherever each stands', async () => {
      const { token } = await tenant.user()
      const both = [
        ['authorization', `Bearer ${token}`],
        ['cookie', `access_token=${token}`],
        ['clientkey', `${tenant.apiToken}.${(await tenant.user()).userId}`],
      ] as const
      for (const [header, shown] of both) {
        const refusal = { status: 400, problem: { code: 'credentials_disagree' } }
        await expect(service.plain(path(ann.token), { headers: { [header]: shown } })).rejects.toMatchObject(refusal)
      }
    })
  })

  describe('the cookie', () => {
    const open = (headers: object): Promise<PlainSocket> =>
      service.plain(path(), { headers: { cookie: `a=b; access_token=${ann.token}`, ...headers } })

    it.each([
      ['of no page', {}],
      ['of a page of the tenant', { origin: ours }],
      ['of a page of ours', () => ({ origin: service.url })],
    ])('%s lets in', async (_, headers) => {
      const socket = await open(typeof headers === 'function' ? headers() : headers)
      if (place().hello) socket.send(place().hello!)
      await flush(socket, place())
      socket.close()
    })

    it.each([theirs, 'null', 'http://app.acme.example', `${ours}:444`, `${ours}.evil.example`, ''])(
      'of the page %j does not',
      async (origin) => {
        expect(await (await open({ origin })).closed).toEqual([4403, 'origin_not_allowed'])
      },
    )

    it('of a page that is not named does not, though any may ask', async () => {
      const open = await service.tenant({ allowed_origins: ['*', ours] })
      const { token, userId } = await open.user()
      const at = name === '/ws/{room_id}/{user_id}' ? `/ws/${await open.room([])}/${userId}` : '/ws'
      const by = (origin: string) => service.plain(at, { origin, headers: { cookie: `access_token=${token}` } })
      for (const origin of [theirs, '*', service.url.replace('http', 'https')]) {
        expect(await (await by(origin)).closed).toEqual([4403, 'origin_not_allowed'])
      }
      const named = await by(ours)
      named.close()
      await named.closed
    })

    it('that comes twice is neither of both, unless they are the same', async () => {
      const other = (await tenant.user()).token
      const refusal = { status: 400, problem: { code: 'credentials_disagree' } }
      for (const [one, another] of [
        [ann.token, other],
        [other, ann.token],
      ]) {
        const cookie = `access_token=${one}; access_token=${another}`
        await expect(open({ cookie })).rejects.toMatchObject(refusal)
      }
      const socket = await open({ cookie: `access_token=${ann.token}; access_token="${ann.token}"` })
      if (place().hello) socket.send(place().hello!)
      await flush(socket, place())
      socket.close()
    })

    it('of somebody else is as if it were not there', async () => {
      const refusal = { status: 401, problem: { code: 'credentials_missing' } }
      for (const foreign of ['opaque-session', 'a.b', 'a.b.c.d', 'a.b.c d', '%7B%7D', '']) {
        await expect(open({ cookie: `access_token=${foreign}` })).rejects.toMatchObject(refusal)
      }
      const cookie = `access_token=opaque-session; access_token=${ann.token}`
      const socket = await open({ cookie, origin: ours })
      if (place().hello) socket.send(place().hello!)
      await flush(socket, place())
      socket.close()
    })

    it('is not needed by a page that shows its token', async () => {
      const socket = await service.plain(path(ann.token), { origin: theirs })
      if (place().hello) socket.send(place().hello!)
      await flush(socket, place())
      socket.close()
    })
  })

  it('more sockets than one may have are refused, and say when to come again', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => service.plain(path(ann.token))))
    const refusal = { status: 429, problem: { code: 'rate_limited', retry_after_ms: expect.any(Number) } }
    await expect(service.plain(path(ann.token))).rejects.toMatchObject(refusal)
    const raw = await bare()
    raw.write(upgradeRequest(path(ann.token)))
    expect(await readToEnd(raw)).toMatch(/^HTTP\/1\.1 429 [\s\S]*\r\nRetry-After: 5\r\n/)
    raw.destroy()
    const browser = await service.plain(path(ann.token), { origin: theirs })
    expect(await browser.closed).toEqual([1013, 'rate_limited'])
    for (const socket of sockets) socket.close()
  })
})

it.each([
  '/ws/chat/%00',
  '/ws/chat/%ff',
  '/ws/%00/%00',
  `/ws/chat/${'x'.repeat(5000)}`,
  '/ws/chat/%F0%9F%98%80',
  '/ws/chat/..',
])('there is no stream at %s', async (path) => {
  await expect(ann.plain(path)).rejects.toMatchObject({ status: 404 })
})

it.each(['/ws/constructor/__proto__', '/ws/undefined/null', '/ws/a%2Fb/c', '/ws/%20/%F0%9F%98%80'])(
  'nobody is %s',
  async (path) => {
    await expect(ann.plain(path)).rejects.toMatchObject({ status: 403, problem: { code: 'forbidden' } })
  },
)
