import { hashings, logIn, loggedIn, openTenant, password, registered } from '../support/accounts.js'
import { badField, countOf, itAsksWhoCalls, itIsLimited, problem, statusesOf } from '../support/problems.js'
import type { Answer, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
const running = () => service
const limits = { RATE_LOGIN_BURST: '4', RATE_LOGIN_PER_MINUTE: '1', RATE_LOGIN_ADDRESS_BURST: '1000' }

beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_REGISTER_BURST: '1000',
    RATE_ADDRESS_BURST: '1000',
    ...limits,
  })
})
beforeEach(async () => {
  tenant = await openTenant(service)
  ann = await registered(tenant, 'ann')
})
afterAll(() => service.stop())

const newer = 'four other words of mine'
const change = ({ rest }: { rest: Rest }, old_password?: string, password = newer): Promise<Answer> =>
  rest.post('/auth/password', { ...(old_password !== undefined && { old_password }), password })
const onTheBackendsWord = ({ clientKey }: TestUser) => ({ rest: service.anyone.as({ clientKey }) })
const logInBy = async (word: string): Promise<number> =>
  (await logIn(tenant, { username: 'ann', password: word })).status
const as = (token: string): Rest => service.anyone.as({ authorization: `Bearer ${token}` })
const me = ({ rest }: TestUser): Promise<Answer> => rest.get('/user/me')
const revoked = problem(401, 'token_revoked')
const wrong = problem(403, 'password_wrong')

describe('POST /auth/password', () => {
  describe('200', () => {
    it('changes the password, ends all older JWTs of the user, and answers a new one', async () => {
      const again = await loggedIn(tenant, 'ann')
      const { status, body } = await change(ann, password)
      expect(status).toBe(200)
      expect(body).toEqual({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_at: expect.stringMatching(/Z$/),
        user_id: ann.userId,
      })
      for (const user of [ann, again]) expect(await me(user)).toMatchObject(revoked)
      expect((await as(body.token).get('/user/me')).status).toBe(200)
      expect([await logInBy(newer), await logInBy(password)]).toEqual([200, 401])
    })

    it('leaves everybody else logged in', async () => {
      const bob = await registered(tenant, 'bob')
      await change(ann, password)
      expect((await me(bob)).status).toBe(200)
      expect((await logIn(tenant, { username: 'bob' })).status).toBe(200)
    })

    it('on the backend’s word sets one for who has none, and for who forgot theirs', async () => {
      const bob = await tenant.user({ username: 'bob' })
      for (const user of [ann, bob]) {
        const { status, body } = await change(onTheBackendsWord(user))
        expect(status).toBe(200)
        expect((await as(body.token).get('/user/me')).body.user_id).toBe(user.userId)
        expect(await me(user)).toMatchObject(revoked)
      }
      expect((await logIn(tenant, { username: 'bob', password: newer })).status).toBe(200)
    })

    it('answers a token that ends with the API token that minted the one before', async () => {
      const bob = await tenant.user()
      const first = (await change(onTheBackendsWord(bob))).body.token
      const second = (await change({ rest: as(first) }, newer, password)).body.token
      const path = `/admin/tenant/${tenant.tenantId}/api-token`
      const [{ api_token_id }] = (await service.operator.get(path)).body.items
      expect((await as(second).get('/user/me')).status).toBe(200)
      await service.operator.delete(`${path}/${api_token_id}?tokens=true`)
      expect(await as(second).get('/user/me')).toMatchObject(revoked)
    })

    it('is done once when it is asked many times at once', async () => {
      const passwords = [1, 2, 3].map((place) => `${newer} ${place}`)
      const answers = await Promise.all(passwords.map((word) => change(ann, password, word)))
      const done = answers.filter(({ status }) => status === 200)
      expect(done).toHaveLength(1)
      const place = answers.indexOf(done[0]!)
      expect(await logInBy(passwords[place]!)).toBe(200)
      expect((await as(done[0]!.body.token).get('/user/me')).status).toBe(200)
    })
  })

  describe('400', () => {
    it.each([
      ['no password', 'password', { old_password: password }],
      ['a password of 7 characters', 'password', { old_password: password, password: '1234567' }],
      ['a password of 129 characters', 'password', { old_password: password, password: 'x'.repeat(129) }],
      ['an old one by null', 'old_password', { old_password: null, password: newer }],
    ])('refuses %s', async (_, field, body) => {
      expect(await ann.rest.post('/auth/password', body)).toMatchObject(badField(field))
      expect((await me(ann)).status).toBe(200)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => change({ rest: caller }, password))
  })

  describe('403', () => {
    it('refuses a wrong old password, and changes nothing', async () => {
      expect(await change(ann, newer)).toMatchObject(wrong)
      expect((await me(ann)).status).toBe(200)
      expect(await logInBy(password)).toBe(200)
    })

    it('sets none for a JWT alone, whether or not there is one: whoever got hold of it would keep the user', async () => {
      const bob = await tenant.user({ username: 'bob' })
      for (const answer of [await change(ann), await change(bob), await change(bob, newer)]) {
        expect(answer).toMatchObject(wrong)
      }
      expect(await countOf(tenant, 'tb_passwords')).toBe(1)
    })

    it('is nobody’s but a user’s', async () => {
      expect(await change({ rest: tenant.backend }, password)).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('404', () => {
    it('is for tenants where people log in alone, and asks no password before it says so', async () => {
      await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { self_registration: false })
      const before = await hashings(service)
      for (const by of [ann, onTheBackendsWord(ann)]) {
        expect(await change(by, password)).toMatchObject(problem(404, 'tenant_not_found'))
      }
      expect(await hashings(service)).toBe(before)
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => change({ rest: caller }, password))

    it('slows who tries old passwords, right ones too', async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => change(ann, newer)))
      expect(statusesOf(answers)).toEqual([403, 403, 403, 403, 429, 429])
      expect(await change(ann, password)).toMatchObject(problem(429, 'rate_limited'))
      expect((await change(onTheBackendsWord(ann))).status).toBe(200)
    })
  })

  it('keeps nothing by which a repeat would be known', async () => {
    const headers = { 'idempotency-key': 'once' }
    const body = { old_password: password, password: newer }
    expect((await ann.rest.post('/auth/password', body, { headers })).status).toBe(200)
    expect(await countOf(tenant, 'idempotency_keys')).toBe(0)
  })
})
