import { openTenant, password } from '../support/accounts.js'
import { rowsOf } from '../support/database.js'
import { badField, countOf, noId, problem, statusesOf } from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant

/** Behind a proxy, so that a test can have addresses of its own. */
beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_REGISTER_BURST: '5',
    RATE_REGISTER_PER_MINUTE: '1',
    TRUST_PROXY: '127.0.0.1',
  })
})
beforeEach(async () => {
  tenant = await openTenant(service)
})
afterAll(() => service.stop())

let addresses = 0
const elsewhere = () => service.anyone.as({ 'x-forwarded-for': `198.18.1.${++addresses}` })
const post = (body: object, by = elsewhere()) => by.post('/auth/register', { tenant_id: tenant.tenantId, ...body })
const ann = { username: 'ann', password }

describe('POST /auth/register', () => {
  describe('201', () => {
    it('makes a user with all that they say of themselves, and answers a JWT that is them', async () => {
      const said = {
        display_name: 'Ann',
        img_url: 'https://x.example/a.png',
        email: 'ann@acme.example',
        phone: '+49 30 1',
      }
      const { status, body } = await post({ ...ann, ...said })
      expect(status).toBe(201)
      expect(body).toEqual({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_at: expect.stringMatching(/Z$/),
        user_id: body.user.user_id,
        user: expect.objectContaining({ ...said, username: 'ann', external_id: null, role: 'user', status: 'active' }),
      })
      const me = await service.anyone.as({ authorization: `Bearer ${body.token}` }).get('/user/me')
      expect(me.body).toEqual(body.user)
    })

    it('is for the tenant of the clientKey, with or without tenant_id', async () => {
      for (const [username, fields] of [
        ['ann', {}],
        ['bob', { tenant_id: tenant.tenantId }],
      ] as const) {
        const { status, body } = await tenant.backend.post('/auth/register', { username, password, ...fields })
        expect([status, (await tenant.backend.get(`/user/${body.user_id}`)).body.username]).toEqual([201, username])
      }
    })

    it('keeps of the password an argon2id hash of its own', async () => {
      for (const username of ['ann', 'bob']) await post({ username, password })
      const rows = await rowsOf<{ hash: string }>(
        service.databaseUrl,
        'SELECT hash FROM tb_passwords WHERE tenant_id = $1',
        [tenant.tenantId],
      )
      const hashes = rows.map(({ hash }) => hash)
      expect(new Set(hashes).size).toBe(2)
      for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    })

    it.each([
      ['8 characters', '12345678'],
      ['128 characters outside the basic plane', '😀'.repeat(128)],
    ])('takes a password of %s', async (_, password) => {
      expect((await post({ username: 'ann', password })).status).toBe(201)
    })

    it('takes the same username in another tenant', async () => {
      await post(ann)
      const { tenantId } = await openTenant(service)
      expect((await post({ ...ann, tenant_id: tenantId })).status).toBe(201)
    })

    it('may be asked with an Idempotency-Key, of which nothing is kept: the repeat finds the name taken', async () => {
      const headers = { 'idempotency-key': 'once' }
      const answers = [
        await tenant.backend.post('/auth/register', ann, { headers }),
        await tenant.backend.post('/auth/register', ann, { headers }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([201, 409])
      expect(await countOf(tenant, 'idempotency_keys')).toBe(0)
    })
  })

  describe('400', () => {
    it.each([
      ['no username', 'username', { password }],
      ['an empty username', 'username', { ...ann, username: '' }],
      ['no username by null', 'username', { ...ann, username: null }],
      ['a username of 101 characters', 'username', { ...ann, username: 'x'.repeat(101) }],
      ['no password', 'password', { username: 'ann' }],
      ['a password of 7 characters', 'password', { ...ann, password: '1234567' }],
      ['a password of 7 characters outside the basic plane', 'password', { ...ann, password: '😀'.repeat(7) }],
      ['a password of 129 characters', 'password', { ...ann, password: 'x'.repeat(129) }],
      ['a role', 'role', { ...ann, role: 'admin' }],
      ['an external_id', 'external_id', { ...ann, external_id: 'x' }],
      ['a status', 'status', { ...ann, status: 'active' }],
      ['a bad email', 'email', { ...ann, email: 'ann' }],
      ['a bad tenant_id', 'tenant_id', { ...ann, tenant_id: 'acme' }],
    ])('refuses %s', async (_, field, body) => {
      expect(await post(body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'tb_users')).toBe(0)
    })

    it('wants to know the tenant, and once', async () => {
      expect(await elsewhere().post('/auth/register', ann)).toMatchObject(badField('tenant_id'))
      const other = await openTenant(service)
      const answer = await tenant.backend.post('/auth/register', { ...ann, tenant_id: other.tenantId })
      expect(answer).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    it('refuses a clientKey that is none', async () => {
      const clientKey = `parley_${'x'.repeat(43)}`
      expect(await post(ann, elsewhere().as({ clientKey }))).toMatchObject(problem(401, 'client_key_invalid'))
    })
  })

  describe('403', () => {
    it('tells the backend that its tenant is suspended', async () => {
      await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
      expect(await tenant.backend.post('/auth/register', ann)).toMatchObject(problem(403, 'tenant_suspended'))
    })
  })

  describe('404', () => {
    it('is for tenants that allow it alone; one that is suspended, or never was, looks the same', async () => {
      const suspended = await openTenant(service)
      await service.operator.patch(`/admin/tenant/${suspended.tenantId}`, { status: 'suspended' })
      const closed = await service.tenant()
      const answers = [
        await post({ ...ann, tenant_id: noId() }),
        await post({ ...ann, tenant_id: suspended.tenantId }),
        await post({ ...ann, tenant_id: closed.tenantId }),
        await closed.backend.post('/auth/register', ann),
      ].map(({ status, body: { request_id: _, ...body } }) => ({ status, body }))
      expect(answers[0]).toMatchObject({ status: 404, body: { code: 'tenant_not_found' } })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await countOf(closed, 'tb_users')).toBe(0)
    })
  })

  describe('409', () => {
    it('refuses a username that is taken, also at once', async () => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => post(ann)))
      expect(statusesOf(answers)).toEqual([201, 409, 409, 409])
      expect(await post(ann)).toMatchObject(problem(409, 'username_taken'))
      expect([await countOf(tenant, 'tb_users'), await countOf(tenant, 'tb_passwords')]).toEqual([1, 1])
    })
  })

  describe('429', () => {
    it('slows an address, by the network that it can choose from, and no other', async () => {
      for (const [flood, more, other] of [
        ['198.18.7.1', '198.18.7.1', '198.18.7.2'],
        ['2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1'],
      ] as const) {
        const from = (address: string) => service.anyone.as({ 'x-forwarded-for': address })
        const name = (place: number) => ({ username: `${flood} ${place}`, password })
        const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((place) => post(name(place), from(flood))))
        expect(statusesOf(answers)).toEqual([201, 201, 201, 201, 201, 429, 429])
        const refused = await post(name(8), from(more))
        expect(refused).toMatchObject(problem(429, 'rate_limited', { retry_after_ms: expect.any(Number) }))
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
        expect((await post(name(9), from(other))).status).toBe(201)
      }
    })

    it('does not slow a backend, from whose address all its people come', async () => {
      const names = Array.from({ length: 8 }, (_, place) => ({ username: `of the backend ${place}`, password }))
      const answers = await Promise.all(names.map((body) => tenant.backend.post('/auth/register', body)))
      expect(new Set(statusesOf(answers))).toEqual(new Set([201]))
    })
  })
})
