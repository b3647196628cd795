/** How often sockets may be opened, and how many may be open: counted when they come, given back when they go. */
import { setTimeout } from 'node:timers/promises'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { resigned, secondsFromNow } from '../support/tokens.js'
import { until } from '../support/until.js'

let service: Service

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '100000' })
})

afterAll(() => service.stop())

const limited = (limits: object): Promise<TestTenant> => service.tenant({ limits })

type Outcome = TestSocket | { code: string; retry_after_ms: number }

const attempt = (user: TestUser, options = {}): Promise<Outcome> =>
  service.socket({ auth: { token: user.token }, ...options }).catch((error: Error & { data: any }) => {
    expect(error.message).toBe('Authentication error')
    return error.data
  })
const attempts = (count: number, user: TestUser): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: count }, () => attempt(user)))

const isIn = (outcome: Outcome): outcome is TestSocket => 'socket' in outcome
const refusals = (outcomes: Outcome[]): Outcome[] => outcomes.filter((outcome) => !isIn(outcome))
const problem = (detail: string): object => ({
  code: 'rate_limited',
  status: 429,
  retryable: true,
  detail,
  request_id: expect.any(String),
  retry_after_ms: expect.any(Number),
})

describe('opening sockets', () => {
  it('is limited for a user, who is told when to come again', async () => {
    const tenant = await limited({ user_connection_burst: 3, user_connection_per_second: 1 })
    const [ann, bob] = [await tenant.user(), await tenant.user()]
    const outcomes = await attempts(9, ann)
    const refused = refusals(outcomes).at(-1) as any
    expect(outcomes.filter(isIn).length).toBeGreaterThanOrEqual(3)
    expect(refused).toMatchObject(problem('A user may open 3 sockets at once and 1 a second after that.'))
    expect(isIn(await attempt(bob))).toBe(true)
    await setTimeout(refused.retry_after_ms + 5)
    expect(isIn(await attempt(ann))).toBe(true)
  })

  it('is limited for a tenant, of which a user who is refused uses up nothing', async () => {
    const user = { user_connection_burst: 5, user_connection_per_second: 1 }
    const tenant = await limited({ ...user, tenant_connection_burst: 12, tenant_connection_per_second: 1 })
    const [ann, bob, cem] = [await tenant.user(), await tenant.user(), await tenant.user()]
    expect(refusals(await attempts(30, ann)).length).toBeGreaterThan(20)
    expect(refusals(await attempts(5, bob))).toEqual([])
    const words = 'A tenant may open 12 sockets at once and 1 a second after that.'
    expect(refusals(await attempts(5, cem))[0]).toMatchObject(problem(words))
    const elsewhere = await (await limited({})).user()
    expect(isIn(await attempt(elsewhere))).toBe(true)
  })

  it('is not counted for whoever shows what is wrong', async () => {
    const ann = await (await limited({ user_connection_burst: 1, user_connection_per_second: 1 })).user()
    const expired = await resigned(ann, { exp: secondsFromNow(-1) })
    for (const token of [expired, `${ann.token}x`]) {
      await expect(service.socket({ auth: { token } })).rejects.toMatchObject({ data: { status: 401 } })
    }
    expect(isIn(await attempt(ann))).toBe(true)
  })
})

describe('the number of sockets', () => {
  const most = 3
  const open = { user_connection_burst: 1000, user_connection_per_second: 1000, user_sockets: most }
  const full = problem(`A user may have ${most} sockets.`)
  let tenant: TestTenant
  let ann: TestUser

  beforeEach(async () => {
    tenant = await limited(open)
    ann = await tenant.user()
  })

  /** As many as may be, and not one more: nothing was lost, and nothing was given back twice. */
  async function expectRoomFor(count: number, user: TestUser): Promise<TestSocket[]> {
    const sockets = []
    for (let n = 0; n < count; n++) sockets.push(await until(() => attempt(user).then(orNull), 'a place for a socket'))
    expect(await attempt(user)).toMatchObject(full)
    return sockets
  }
  const orNull = (outcome: Outcome): TestSocket | null => (isIn(outcome) ? outcome : null)

  it('is limited for a user, whoever asks at once', async () => {
    const outcomes = await attempts(20, ann)
    expect(outcomes.filter(isIn)).toHaveLength(most)
    expect(refusals(outcomes)[0]).toMatchObject(full)
    expect(isIn(await attempt(await tenant.user()))).toBe(true)
  })

  it('is limited for a tenant', async () => {
    const small = await limited({ tenant_sockets: 2 })
    const [bob, cem] = [await small.user(), await small.user()]
    const first = (await attempt(bob)) as TestSocket
    expect(isIn(await attempt(cem))).toBe(true)
    for (const user of [bob, cem]) expect(await attempt(user)).toMatchObject(problem('A tenant may have 2 sockets.'))
    first.close()
    await until(() => attempt(cem).then(orNull), 'the place that became free')
    expect(isIn(await attempt(ann))).toBe(true)
  })

  const raw = () => RawSocket.connected(service.url, ann.token)

  const ends: Record<string, () => Promise<void>> = {
    'the client goes': async () => ((await attempt(ann)) as TestSocket).close(),
    'the client goes, by polling': async () =>
      ((await attempt(ann, { transports: ['polling'] })) as TestSocket).close(),
    'its WebSocket is cut': async () => (await raw()).ws.terminate(),
    'it leaves the namespace alone': async () => {
      const socket = await raw()
      socket.send('41')
      await socket.closed
    },
    'it connects a second time': async () => {
      const socket = await raw()
      socket.send(`40${JSON.stringify({ token: ann.token })}`)
      await socket.closed
    },
    'it says what is no packet': async () => {
      const socket = await raw()
      socket.send('4nonsense')
      await socket.closed
    },
    'its token runs out': async () => {
      const token = await resigned(ann, { exp: secondsFromNow(2) })
      const socket = await service.socket({ auth: { token } })
      await socket.disconnected()
    },
  }

  it.each(Object.entries(ends))('is given back once when %s', async (_, end) => {
    await end()
    const sockets = await expectRoomFor(most, ann)
    sockets[0]!.close()
    await expectRoomFor(1, ann)
  })

  it('is given back when the service ends them all', async () => {
    const sockets = await expectRoomFor(most, ann)
    await tenant.backend.patch(`/user/${ann.userId}`, { status: 'not_active' })
    await Promise.all(sockets.map((socket) => socket.disconnected()))
    await tenant.backend.patch(`/user/${ann.userId}`, { status: 'active' })
    const { body } = await tenant.backend.post(`/auth/${ann.userId}`)
    await expectRoomFor(most, { ...ann, token: body.token } as TestUser)
  })

  it('is not touched by who is refused, nor by who is gone before they are let in', async () => {
    for (let n = 0; n < 20; n++) {
      const socket = await RawSocket.open(service.url)
      socket.send(`40${JSON.stringify({ token: n % 2 ? ann.token : 'wrong' })}`)
      if (n % 4 > 1) await new Promise((resolve) => setImmediate(resolve))
      socket.ws.terminate()
    }
    const refused = Array.from({ length: 10 }, () => service.socket({ auth: { token: 'wrong' } }).catch(() => null))
    const [outcomes] = await Promise.all([attempts(10, ann), ...refused])
    for (const outcome of outcomes) if (isIn(outcome)) outcome.close()
    await expectRoomFor(most, ann)
  })

  it('does not drift, whatever comes and goes', async () => {
    for (let round = 0; round < 5; round++) {
      const outcomes = await attempts(8, ann)
      const cut = await RawSocket.open(service.url)
      cut.send(`40${JSON.stringify({ token: ann.token })}`)
      if (round % 2) await cut.next(/^4/)
      cut.ws.terminate()
      for (const outcome of outcomes) if (isIn(outcome)) outcome.close()
    }
    await expectRoomFor(most, ann)
  })

  it('is the same for a socket that goes on under another token', async () => {
    const [socket] = await expectRoomFor(most, ann)
    const { body } = await tenant.backend.post(`/auth/${ann.userId}`)
    expect(await socket!.ask('refresh_token', { token: body.token })).toMatchObject({ ok: true })
    expect(await attempt(ann)).toMatchObject(full)
    socket!.close()
    await expectRoomFor(1, ann)
  })
})

it('nothing is counted with limits off', async () => {
  const free = await startService({ RATE_LIMITS: 'off', MAX_USER_SOCKETS: '1', RATE_USER_CONNECTION_BURST: '1' })
  const ann = await (await free.tenant()).user()
  for (let n = 0; n < 4; n++) await expect(ann.socket()).resolves.toBeDefined()
  await free.stop()
})
