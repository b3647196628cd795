import { hashings, logIn, loggedIn, openTenant, password, registered } from '../support/accounts.js'
import { countOf, badField, noId, problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
const limits = {
  RATE_LOGIN_BURST: '3',
  RATE_LOGIN_PER_MINUTE: '1',
  RATE_LOGIN_ADDRESS_BURST: '6',
  RATE_LOGIN_ADDRESS_PER_MINUTE: '1',
  RATE_LOGIN_USER_BURST: '12',
  RATE_LOGIN_USER_PER_MINUTE: '1',
}

/** Behind a proxy, so that a test can have addresses of its own. */
beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on', RATE_REGISTER_BURST: '1000', ...limits, TRUST_PROXY: '127.0.0.1' })
})
beforeEach(async () => {
  tenant = await openTenant(service)
  await registered(tenant, 'ann')
})
afterAll(() => service.stop())

let addresses = 0
const anAddress = (): string => `198.18.2.${++addresses}`
const from = (address: string, fields: object): Promise<Answer> =>
  logIn(tenant, fields, service.anyone.as({ 'x-forwarded-for': address }))
const post = (fields: object): Promise<Answer> => from(anAddress(), fields)
const right = { username: 'ann' }
const wrong = { username: 'ann', password: 'wrong horse battery staple' }
const failed = problem(401, 'login_failed')
const words = ({ status, body: { request_id: _, ...body } }: Answer) => ({ status, body })

describe('POST /auth/login', () => {
  describe('200', () => {
    it('answers a JWT that is the user, with who they are', async () => {
      const { status, body } = await post(right)
      expect(status).toBe(200)
      expect(body).toEqual({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_at: expect.stringMatching(/Z$/),
        user_id: body.user.user_id,
        user: expect.objectContaining({ username: 'ann' }),
      })
      const me = await service.anyone.as({ authorization: `Bearer ${body.token}` }).get('/user/me')
      expect(me.body).toEqual(body.user)
    })

    it('is for the tenant of the clientKey, too', async () => {
      expect((await tenant.backend.post('/auth/login', { ...right, password })).status).toBe(200)
    })

    it('does not look at the JWT that has ended, nor at that of somebody else', async () => {
      const authorization = 'Bearer e30.e30.e30'
      expect((await logIn(tenant, right, service.anyone.as({ authorization }))).status).toBe(200)
    })

    it('knows the password however it was typed', async () => {
      const bob = { username: 'bob', password: 'Ångström ﬁx' }
      await service.anyone.post('/auth/register', { tenant_id: tenant.tenantId, ...bob })
      expect((await post({ ...bob, password: 'A\u030angstro\u0308m fix' })).status).toBe(200)
      expect(await post({ ...bob, password: 'angström fix' })).toMatchObject(failed)
    })
  })

  describe('400', () => {
    it('wants a username, a password and a tenant', async () => {
      expect(await post({ username: undefined })).toMatchObject(badField('username'))
      expect(await post({ ...right, password: undefined })).toMatchObject(badField('password'))
      expect(await post({ ...right, password: 'x'.repeat(129) })).toMatchObject(badField('password'))
      expect(await post({ ...right, tenant_id: undefined })).toMatchObject(badField('tenant_id'))
      const by = (await openTenant(service)).backend
      expect(await logIn(tenant, right, by)).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    it('says the same of a wrong password, of a user without one, and of nobody, after the same work', async () => {
      await tenant.user({ username: 'no-password' })
      await (await openTenant(service)).user({ username: 'elsewhere' })
      const answers: object[] = []
      for (const fields of [wrong, { username: 'no-password' }, { username: 'nobody' }, { username: 'elsewhere' }]) {
        const before = await hashings(service)
        answers.push(words(await post(fields)))
        expect([fields, (await hashings(service)) - before]).toEqual([fields, 1])
      }
      expect(answers[0]).toMatchObject({ status: 401, body: { code: 'login_failed' } })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      const before = await hashings(service)
      expect((await post(right)).status).toBe(200)
      expect((await hashings(service)) - before).toBe(1)
    })

    it('says it of who is locked, too, unless the password is right', async () => {
      const { userId } = await registered(tenant, 'bob')
      await tenant.backend.patch(`/user/${userId}`, { status: 'not_active' })
      expect(await post({ ...wrong, username: 'bob' })).toMatchObject(failed)
    })

    it('tells case apart, in usernames as in passwords', async () => {
      expect(await post({ username: 'Ann' })).toMatchObject(failed)
      expect(await post({ ...right, password: password.toUpperCase() })).toMatchObject(failed)
    })

    it('refuses a clientKey that is none', async () => {
      const clientKey = `parley_${'x'.repeat(43)}`
      const answer = await logIn(tenant, right, service.anyone.as({ clientKey }))
      expect(answer).toMatchObject(problem(401, 'client_key_invalid'))
    })
  })

  describe('403', () => {
    it.each(['not_active', 'delete'])('is refused to who is locked, until that is undone: %s', async (status) => {
      const { userId } = await loggedIn(tenant, 'ann')
      const setStatus = (status: string) => tenant.backend.patch(`/user/${userId}`, { status })
      await setStatus(status)
      expect(await post(right)).toMatchObject(problem(403, 'user_locked'))
      await setStatus('active')
      expect((await post(right)).status).toBe(200)
    })
  })

  describe('404', () => {
    it('is for tenants that allow it alone; one that is suspended, or never was, looks the same', async () => {
      await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
      const closed = await service.tenant()
      const before = await hashings(service)
      const answers = [
        await post({ ...right, tenant_id: noId() }),
        await post(right),
        await post({ ...right, tenant_id: closed.tenantId }),
      ].map(words)
      expect(answers[0]).toMatchObject({ status: 404, body: { code: 'tenant_not_found' } })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await hashings(service)).toBe(before)
    })

    it('is gone with the permission, and back with it', async () => {
      const allow = (self_registration: boolean) =>
        service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { self_registration })
      await allow(false)
      expect((await post(right)).status).toBe(404)
      await allow(true)
      expect((await post(right)).status).toBe(200)
    })
  })

  describe('429', () => {
    const tooMany = problem(429, 'rate_limited', { retryable: true, retry_after_ms: expect.any(Number) })
    const statuses = async (calls: (() => Promise<Answer>)[]): Promise<number[]> => {
      const found: number[] = []
      for (const call of calls) found.push((await call()).status)
      return found
    }
    const times = (count: number, call: (place: number) => Promise<Answer>) =>
      statuses(Array.from({ length: count }, (_, place) => () => call(place)))

    it('slows an address at one user, who may still log in from elsewhere', async () => {
      const address = anAddress()
      expect(await times(4, () => from(address, wrong))).toEqual([401, 401, 401, 429])
      const refused = await from(address, right)
      expect(refused).toMatchObject(tooMany)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await post(right)).status).toBe(200)
    })

    it('slows what a backend asks for one user, and not for many', async () => {
      const post = (username: string) => tenant.backend.post('/auth/login', { ...wrong, username })
      expect(await times(8, (place) => post(`user ${place}`))).toEqual(Array(8).fill(401))
      expect(await times(13, () => post('ann'))).toEqual([...Array(12).fill(401), 429])
    })

    it('counts right passwords too, and names however they are written', async () => {
      const address = anAddress()
      expect(await times(3, (place) => from(address, { username: ['ann', 'ANN', '\uff41nn'][place] }))).toEqual([
        200, 401, 401,
      ])
      expect(await from(address, right)).toMatchObject(tooMany)
    })

    it('is the same for whoever is not there', async () => {
      const address = anAddress()
      expect(await times(4, () => from(address, { username: 'nobody' }))).toEqual([401, 401, 401, 429])
    })

    it('slows an address at all users', async () => {
      const address = anAddress()
      const calls = await times(7, (place) => from(address, { username: `user ${place}` }))
      expect(calls).toEqual([401, 401, 401, 401, 401, 401, 429])
    })

    it('slows an IPv6 network (/48) at all users, whichever of its addresses are used', async () => {
      const call = (place: number) => from(`2001:db8:7:${place}::1`, { username: `user ${place}` })
      expect(await times(7, call)).toEqual([401, 401, 401, 401, 401, 401, 429])
      expect((await from('2001:db8:8::1', right)).status).toBe(200)
    })

    it('does not keep users from where they logged in lately, however many strangers try', async () => {
      const home = anAddress()
      const { body } = await from(home, right)
      const change = (address: string) =>
        service.anyone
          .as({ 'x-forwarded-for': address, authorization: `Bearer ${body.token}` })
          .post('/auth/password', { old_password: 'wrong', password })
      expect((await times(12, () => post(wrong))).at(-1)).toBe(429)
      await times(13, () => post({ ...wrong, username: body.user_id }))
      expect(await post(right)).toMatchObject(tooMany)
      expect(await change(anAddress())).toMatchObject(tooMany)
      expect((await from(home, right)).status).toBe(200)
      expect((await change(home)).body.code).toBe('password_wrong')
      expect(await times(2, () => from(home, wrong))).toEqual([401, 429])
    })

    it('slows all addresses together at one user; what one of them is refused is not counted for that', async () => {
      const address = anAddress()
      await times(20, () => from(address, wrong))
      const others = await times(10, () => post(wrong))
      expect(others).toEqual([...Array(9).fill(401), 429])
      expect((await post({ username: 'bob' })).status).toBe(401)
    })
  })

  it('keeps nothing by which a repeat would be known', async () => {
    const headers = { 'idempotency-key': 'once' }
    const body = { ...right, password }
    const [first, second] = [
      await tenant.backend.post('/auth/login', body, { headers }),
      await tenant.backend.post('/auth/login', body, { headers }),
    ]
    expect([first.status, second.status, first.body.token === second.body.token]).toEqual([200, 200, false])
    expect(await countOf(tenant, 'idempotency_keys')).toBe(0)
  })
})
