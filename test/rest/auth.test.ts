import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService({ ...limitsOn, JWT_TTL: '900' })
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', role: 'moderator' })
})
afterAll(() => service.stop())

const parts = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))

describe('POST /auth/:user_id', () => {
  describe('201', () => {
    it('answers a JWT that is the user', async () => {
      const { status, body } = await tenant.backend.post(`/auth/${ann.userId}`)
      expect(status).toBe(201)
      expect(body).toEqual({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_at: expect.stringMatching(/Z$/),
        user_id: ann.userId,
      })
      const me = await service.anyone.as({ authorization: `Bearer ${body.token}` }).get('/user/me')
      expect(me.body.user_id).toBe(ann.userId)
    })

    it('says in the JWT who it is, of which tenant, and by which key', async () => {
      const keys = await service.operator.get(`/admin/tenant/${tenant.tenantId}/signing-key`)
      const { token, expires_at } = (await tenant.backend.post(`/auth/${ann.userId}`)).body
      const [header, claims] = parts(token)
      expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: keys.body[0].kid })
      expect(claims).toMatchObject({
        sub: ann.userId,
        uid: ann.userId,
        tid: tenant.tenantId,
        uname: 'Ann',
        role: 'moderator',
        jti: expect.any(String),
      })
      expect(claims.exp - claims.iat).toBe(900)
      expect(new Date(claims.exp * 1000).toISOString()).toBe(expires_at)
    })

    it.each([
      ['their display_name', { display_name: 'Bob', username: 'bob', external_id: 'b' }, 'Bob'],
      ['else their username', { display_name: null, username: 'carol', external_id: 'c' }, 'carol'],
      ['else their external_id', { display_name: null, external_id: 'd' }, 'd'],
    ])('names the user by %s', async (_, fields, uname) => {
      const { token } = await tenant.user(fields)
      expect(parts(token)[1].uname).toBe(uname)
    })

    it('gives every JWT an id of its own', async () => {
      const minted = [
        await tenant.backend.post(`/auth/${ann.userId}`),
        await tenant.backend.post(`/auth/${ann.userId}`),
      ]
      const [first, second] = minted.map(({ body }) => parts(body.token)[1].jti)
      expect(first).not.toBe(second)
    })

    it('takes the user id in capitals, and an empty body', async () => {
      const { status, body } = await tenant.backend.post(`/auth/${ann.userId.toUpperCase()}`, {})
      expect(status).toBe(201)
      expect(body.user_id).toBe(ann.userId)
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await tenant.backend.post('/auth/ann')).toMatchObject(badField('user_id'))
    })

    it('takes no fields', async () => {
      expect(await tenant.backend.post(`/auth/${ann.userId}`, { role: 'admin' })).toMatchObject(badField('role'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/auth/${ann.userId}`))
  })

  describe('403', () => {
    it('lets no user mint, not even for themselves', async () => {
      for (const caller of [ann.rest, service.anyone.as({ clientKey: ann.clientKey })]) {
        expect(await caller.post(`/auth/${ann.userId}`)).toMatchObject(problem(403, 'backend_required'))
      }
    })

    it.each(['not_active', 'delete'])('mints nothing for a user whose status is %s', async (status) => {
      const bob = await tenant.user()
      await tenant.backend.patch(`/user/${bob.userId}`, { status })
      expect(await tenant.backend.post(`/auth/${bob.userId}`)).toMatchObject(problem(403, 'user_locked'))
      await tenant.backend.patch(`/user/${bob.userId}`, { status: 'active' })
      expect((await tenant.backend.post(`/auth/${bob.userId}`)).status).toBe(201)
    })

    it('mints nothing for a suspended tenant', async () => {
      const other = await service.tenant()
      const bob = await other.user()
      await service.operator.patch(`/admin/tenant/${other.tenantId}`, { status: 'suspended' })
      expect(await other.backend.post(`/auth/${bob.userId}`)).toMatchObject(problem(403, 'tenant_suspended'))
    })
  })

  describe('404', () => {
    it('knows no such user', async () => {
      expect(await tenant.backend.post(`/auth/${noId()}`)).toMatchObject(problem(404, 'user_not_found'))
    })

    it('answers for another tenant’s user as for one that never was', async () => {
      const other = await service.tenant()
      const { request_id: _, ...theirs } = (await other.backend.post(`/auth/${ann.userId}`)).body
      const { request_id: __, ...never } = (await other.backend.post(`/auth/${noId()}`)).body
      expect(theirs).toEqual(never)
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/auth/${ann.userId}`))
  })
})
