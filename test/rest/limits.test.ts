/** How often one may call: limits of users, of tenants, and of addresses that fail to say who they are. */
import { countOf, problem } from '../support/problems.js'
import type { Answer, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
const userBurst = 4
const addressBurst = 3

/** Behind a proxy, so that every test has addresses of its own. */
beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_USER_BURST: `${userBurst}`,
    RATE_USER_PER_SECOND: '1',
    RATE_ADDRESS_BURST: `${addressBurst}`,
    RATE_ADDRESS_PER_SECOND: '1',
    TRUST_PROXY: '127.0.0.1',
  })
})
afterAll(() => service.stop())

/** All at once: what a bucket holds is known only while nothing runs into it. */
const burst = (count: number, call: () => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, call))
const withStatus = (status: number, answers: Answer[]): Answer[] => answers.filter((answer) => answer.status === status)
const tooMany = problem(429, 'rate_limited', { retryable: true })

const limited = (limits: object): Promise<TestTenant> => service.tenant({ limits })
const setLimits = ({ tenantId }: TestTenant, limits: object) =>
  service.operator.patch(`/admin/tenant/${tenantId}`, { limits })

describe('a user', () => {
  let tenant: TestTenant
  let ann: TestUser
  beforeEach(async () => {
    tenant = await service.tenant()
    ann = await tenant.user()
  })
  const me = () => ann.rest.get('/user/me')

  it('is told with every answer how much is left', async () => {
    const { headers } = await me()
    expect(headers.get('x-ratelimit-limit')).toBe(`${userBurst}`)
    expect(headers.get('x-ratelimit-remaining')).toBe(`${userBurst - 1}`)
    expect(headers.get('x-ratelimit-reset')).toBe('1')
    expect(headers.get('ratelimit')).toBe(`"user";r=${userBurst - 1};t=1`)
    expect(headers.get('ratelimit-policy')).toBe(`"user";q=${userBurst};w=${userBurst}`)
    expect(headers.get('retry-after')).toBeNull()
  })

  it('has a burst, and is then refused until there is one more', async () => {
    const beganAt = Date.now()
    const answers = await burst(userBurst + 4, me)
    expect(withStatus(200, answers)).toHaveLength(userBurst)
    const [refused] = withStatus(429, answers)
    expect(refused).toMatchObject(tooMany)
    const { retry_after_ms } = refused!.body
    expect(retry_after_ms).toBeGreaterThan(0)
    expect(retry_after_ms).toBeLessThanOrEqual(1000)
    expect(refused!.headers.get('retry-after')).toBe('1')
    expect(refused!.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(refused!.headers.get('ratelimit')).toMatch(/^"user";r=0;t=[34]$/)
    expect(refused!.headers.get('ratelimit-policy')).toBe(`"user";q=${userBurst};w=${userBurst}`)
    const again = await until(async () => withStatus(200, [await me()])[0], 'the next request that is allowed')
    expect(again.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Date.now() - beganAt).toBeGreaterThanOrEqual(retry_after_ms - 1)
  })

  it('has one limit, by whatever credential and at whatever endpoint', async () => {
    const byKey = service.anyone.as({ clientKey: ann.clientKey })
    const answers = await Promise.all(
      [ann.rest, byKey].flatMap((rest) => [
        rest.get('/user/me'),
        rest.get('/room'),
        rest.post('/room', { colour: 'red' }),
        rest.get('/room/x'),
      ]),
    )
    expect(withStatus(429, answers)).toHaveLength(8 - userBurst)
  })

  it('changes nothing by what is refused', async () => {
    const answers = await burst(userBurst + 4, () => ann.rest.post('/room', {}))
    expect(withStatus(201, answers)).toHaveLength(userBurst)
    expect(await countOf(tenant, 'tb_chat_rooms')).toBe(userBurst)
  })

  it('uses up nothing of another user, nor of the backend', async () => {
    const bob = await tenant.user()
    await burst(userBurst + 1, me)
    expect(await me()).toMatchObject(tooMany)
    expect((await bob.rest.get('/user/me')).status).toBe(200)
    expect((await tenant.backend.get('/user')).status).toBe(200)
  })

  it('uses up nothing of the tenant by what is refused', async () => {
    await setLimits(tenant, { user_burst: 1, user_per_second: 1, tenant_burst: 10, tenant_per_second: 1 })
    const answers = await burst(40, me)
    expect(withStatus(429, answers).length).toBeGreaterThanOrEqual(25)
    expect((await tenant.backend.get('/user')).status).toBe(200)
  })
})

describe('a backend', () => {
  it('is limited by its tenant, not as a user is', async () => {
    const { backend } = await service.tenant()
    const answers = await burst(userBurst * 5, () => backend.get('/user'))
    expect(withStatus(200, answers)).toHaveLength(userBurst * 5)
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"tenant";q=2000;w=2')
  })

  it('is limited by its tenant, not by its address', async () => {
    const [busy, calm] = [await limited({ tenant_burst: 2, tenant_per_second: 1 }), await service.tenant()]
    const from = { headers: { 'x-forwarded-for': '198.51.100.1' } }
    const answers = await burst(6, () => busy.backend.get('/user', from))
    expect(withStatus(429, answers).length).toBeGreaterThanOrEqual(3)
    expect(withStatus(429, answers)[0]!.headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=[12]$/)
    expect((await calm.backend.get('/user', from)).status).toBe(200)
    const elsewhere = { headers: { 'x-forwarded-for': '198.51.100.2' } }
    expect(withStatus(429, await burst(4, () => busy.backend.get('/user', elsewhere)))[0]).toMatchObject(tooMany)
  })

  it('has one limit for all API tokens of its tenant', async () => {
    const tenant = await service.tenant()
    const { body } = await service.operator.post(`/admin/tenant/${tenant.tenantId}/api-token`)
    await setLimits(tenant, { tenant_burst: 2, tenant_per_second: 1 })
    const second = service.anyone.as({ clientKey: body.api_token })
    const answers = await Promise.all([tenant.backend, second, tenant.backend, second].map((rest) => rest.get('/user')))
    expect(withStatus(429, answers)).toHaveLength(2)
  })
})

describe('a tenant', () => {
  it('has a limit for all its users and its backend together', async () => {
    const tenant = await service.tenant()
    const users = [await tenant.user(), await tenant.user(), await tenant.user()]
    await setLimits(tenant, { tenant_burst: 2, tenant_per_second: 1 })
    const callers: Rest[] = [...users.map(({ rest }) => rest), tenant.backend]
    const answers = await Promise.all(callers.map((rest) => rest.get('/user')))
    expect(withStatus(200, answers)).toHaveLength(2)
    expect(withStatus(429, answers)[0]).toMatchObject(tooMany)
  })

  it('may have limits of its own for its users, which count at once', async () => {
    const tenant = await limited({ user_burst: 2, user_per_second: 1 })
    const ann = await tenant.user()
    expect(withStatus(200, await burst(6, () => ann.rest.get('/user/me')))).toHaveLength(2)
    await setLimits(tenant, { user_burst: 50, user_per_second: 10 })
    const answers = await burst(20, () => ann.rest.get('/user/me'))
    expect(withStatus(200, answers)).toHaveLength(20)
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"user";q=50;w=5')
  })

  it('has the deployment’s limits again without its own', async () => {
    const tenant = await limited({ user_burst: 50 })
    const ann = await tenant.user()
    await setLimits(tenant, {})
    expect((await ann.rest.get('/user/me')).headers.get('x-ratelimit-limit')).toBe(`${userBurst}`)
  })
})

describe('joining a room', () => {
  const joining = (user: TestUser, roomId: string) => () => user.rest.post(`/room/${roomId}/join`)

  it('is limited for itself, and says of which limit it tells', async () => {
    const tenant = await limited({ user_burst: 100, user_join_burst: 2, user_join_per_second: 1 })
    const [owner, ann] = [await tenant.user(), await tenant.user()]
    const room = await tenant.room([owner])
    const answers = await burst(6, joining(ann, room))
    const allowed = answers.find(({ status }) => status < 300)!
    expect(allowed.headers.get('ratelimit-policy')).toBe('"user-join";q=2;w=2')
    const refused = withStatus(429, answers)[0]!
    expect(refused).toMatchObject(tooMany)
    expect(refused.body.detail).toBe('A user may join 2 rooms at once and 1 a second after that.')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('ratelimit')).toMatch(/^"user-join";r=0;t=[12]$/)
    expect((await ann.rest.get('/user/me')).headers.get('ratelimit-policy')).toBe('"user";q=100;w=100')
  })

  it('is limited for a tenant, of which a user who is refused uses up nothing', async () => {
    const joins = { user_join_burst: 5, user_join_per_second: 1, tenant_join_burst: 12, tenant_join_per_second: 1 }
    const tenant = await limited({ user_burst: 100, ...joins })
    const room = await tenant.room([await tenant.user()])
    const [ann, bob, cem] = [await tenant.user(), await tenant.user(), await tenant.user()]
    expect(withStatus(429, await burst(30, joining(ann, room))).length).toBeGreaterThan(20)
    expect(withStatus(429, await burst(5, joining(bob, room)))).toEqual([])
    const [refused] = withStatus(429, await burst(5, joining(cem, room)))
    expect(refused!.body.detail).toBe('A tenant may join 12 rooms at once and 1 a second after that.')
  })

  it('is not counted for who may not join at all', async () => {
    const tenant = await limited({ user_join_burst: 1, user_join_per_second: 1, tenant_join_burst: 1 })
    const ann = await tenant.user()
    const room = await tenant.room([await tenant.user()])
    expect(withStatus(403, await burst(5, () => tenant.backend.post(`/room/${room}/join`)))).toHaveLength(5)
    expect((await joining(ann, room)()).status).toBe(201)
  })
})

describe('sending a message', () => {
  const sending = (user: TestUser, roomId: string) => () =>
    user.rest.post(`/room/${roomId}/message/send`, { text_message: 'Hi' })

  it('is limited for itself, and says of which limit it tells', async () => {
    const tenant = await limited({ user_burst: 100, user_message_burst: 2, user_message_per_second: 1 })
    const ann = await tenant.user()
    const room = await tenant.room([ann])
    const answers = await burst(6, sending(ann, room))
    expect(withStatus(201, answers)[0]!.headers.get('ratelimit-policy')).toBe('"user-message";q=2;w=2')
    const refused = withStatus(429, answers)[0]!
    expect(refused).toMatchObject(tooMany)
    expect(refused.body.detail).toBe('A user may send 2 messages at once and 1 a second after that.')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('ratelimit')).toMatch(/^"user-message";r=0;t=[12]$/)
    expect(refused.headers.get('x-ratelimit-limit')).toBe('2')
    expect((await ann.rest.get('/user/me')).headers.get('ratelimit-policy')).toBe('"user";q=100;w=100')
  })

  it('is limited for a tenant, what its backend says included', async () => {
    const tenant = await limited({ user_burst: 100, tenant_message_burst: 3, tenant_message_per_second: 1 })
    const ann = await tenant.user()
    const room = await tenant.room([ann])
    const internal = service.anyone.as({ 'x-internal-api-key': tenant.apiToken })
    const said = [
      await sending(ann, room)(),
      await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Hi' }),
      await internal.post('/send-system-message', { roomId: 'lobby', message: 'Hi' }),
    ]
    expect(said.map(({ status }) => status)).toEqual([201, 201, 200])
    const [refused] = withStatus(429, await burst(5, sending(ann, room)))
    expect(refused!.body.detail).toBe('A tenant may send 3 messages at once and 1 a second after that.')
    expect((await sending(await (await service.tenant()).user(), room)()).status).toBe(404)
  })
})

const failing = (address: string) => service.anyone.get('/user', { headers: { 'x-forwarded-for': address } })

describe('an address', () => {
  it('may fail so often at once, and is then told to wait', async () => {
    const answers = await burst(addressBurst + 3, () => failing('203.0.113.1'))
    expect(withStatus(401, answers)).toHaveLength(addressBurst)
    const [refused] = withStatus(429, answers)
    expect(refused).toMatchObject(tooMany)
    expect(refused!.body.retry_after_ms).toBeGreaterThan(0)
    expect(refused!.headers.get('retry-after')).toBe('1')
    expect(refused!.headers.get('ratelimit')).toMatch(/^"address";r=0;t=[23]$/)
    expect(refused!.headers.get('ratelimit-policy')).toBe(`"address";q=${addressBurst};w=${addressBurst}`)
    expect(refused!.headers.get('x-ratelimit-limit')).toBe(`${addressBurst}`)
  })

  it('counts every kind of failure together, the operator’s too', async () => {
    const from = { headers: { 'x-forwarded-for': '203.0.113.2' } }
    const kinds: Record<string, string>[] = [
      {},
      { clientKey: 'x' },
      { authorization: 'Bearer x.y.z' },
      { authorization: 'Bearer no-key' },
    ]
    const answers = await Promise.all(
      kinds.flatMap((headers) => ['/user', '/admin/tenant'].map((path) => service.anyone.as(headers).get(path, from))),
    )
    expect(withStatus(401, answers)).toHaveLength(addressBurst)
    expect(withStatus(429, answers)).toHaveLength(8 - addressBurst)
  })

  it('is never in the way of right credentials', async () => {
    const tenant = await service.tenant()
    await burst(addressBurst + 1, () => failing('203.0.113.3'))
    expect((await failing('203.0.113.3')).status).toBe(429)
    const from = { headers: { 'x-forwarded-for': '203.0.113.3' } }
    expect((await tenant.backend.get('/user', from)).status).toBe(200)
    expect((await service.operator.get('/admin/tenant', from)).status).toBe(200)
  })

  it('is not held against another address', async () => {
    await burst(addressBurst + 1, () => failing('203.0.113.4'))
    expect((await failing('203.0.113.5')).status).toBe(401)
  })

  it('counts no refusal of who is known', async () => {
    const { backend } = await service.tenant()
    const from = { headers: { 'x-forwarded-for': '203.0.113.6' } }
    await burst(addressBurst * 2, () => backend.get('/user/me', from))
    expect((await failing('203.0.113.6')).status).toBe(401)
  })
})

describe('without a proxy that is trusted', () => {
  let direct: Service
  beforeAll(async () => {
    direct = await startService({ RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '1', RATE_ADDRESS_PER_SECOND: '1' })
  })
  afterAll(() => direct.stop())

  it('no header makes another address', async () => {
    const calls = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((address) =>
      direct.anyone.get('/user', { headers: { 'x-forwarded-for': address } }),
    )
    expect(withStatus(429, await Promise.all(calls))).toHaveLength(2)
  })
})

describe('with limits off', () => {
  let free: Service
  beforeAll(async () => {
    free = await startService({ RATE_LIMITS: 'off', RATE_USER_BURST: '1', RATE_USER_PER_SECOND: '1' })
  })
  afterAll(() => free.stop())

  it('nobody is limited, nor told of limits', async () => {
    const ann = await (await free.tenant()).user()
    const answers = await burst(10, () => ann.rest.get('/user/me'))
    expect(withStatus(200, answers)).toHaveLength(10)
    expect([...answers[0]!.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([])
  })
})
