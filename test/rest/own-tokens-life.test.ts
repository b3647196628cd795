/** How long a token of a tenant's own login service lives: to its end, or until somebody logs out. */
import { AuthService } from '../../src/auth/auth.service.js'
import { rowsOf } from '../support/database.js'
import { by, meBy, ownToken, register, withSecret } from '../support/own-tokens.js'
import { problem } from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { secondsFromNow } from '../support/tokens.js'

const secret = 'a secret that only the login service has'
const login = withSecret(secret)
const invalid = problem(401, 'token_invalid')

let service: Service
let tenant: TestTenant

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  await register(tenant, { secret })
})
afterAll(() => service.stop())

const mine = (claims: object) => ownToken(login, { tid: tenant.tenantId, ...claims })
const me = (token: string) => meBy(service, token)

describe('the time', () => {
  it.each([
    ['is over', () => ({ exp: secondsFromNow(-60) }), problem(401, 'token_expired')],
    ['was over a moment ago', () => ({ exp: secondsFromNow(-1) }), { status: 200 }],
    ['has no end', () => ({ exp: undefined }), { status: 200 }],
    ['ends beyond all dates', () => ({ exp: 1e300 }), { status: 200 }],
    ['has not begun', () => ({ nbf: secondsFromNow(60) }), invalid],
    ['is about to begin', () => ({ nbf: secondsFromNow(3) }), { status: 200 }],
    ['ends with a text', () => ({ exp: 'tomorrow' }), invalid],
    ['begins with a text', () => ({ nbf: 'now' }), invalid],
  ])('that %s', async (_, claims, answer) => {
    expect(await me(mine({ uid: 'ann', ...claims() }))).toMatchObject(answer)
  })

  it('of a token that is nobody’s is no matter', async () => {
    const token = ownToken(withSecret('x'.repeat(32)), { tid: tenant.tenantId, uid: 'ann', exp: 1 })
    expect(await me(token)).toMatchObject(invalid)
  })
})

describe('logging out', () => {
  it.each([
    ['with a jti', { jti: '019A9f40-11a2-7e0b-a7c3-5b0f7f3e9d31' }],
    ['with a jti that is no UUID', { jti: 'number 7' }],
    ['without one', {}],
    ['without an end', { exp: undefined }],
  ])('ends this token and its sockets: %s', async (_, claims) => {
    const [token, another] = [mine({ uid: 'ann', ...claims }), mine({ uid: 'ann', another: true })]
    const [ending, staying] = [
      await service.socket({ auth: { token } }),
      await service.socket({ auth: { token: another } }),
    ]
    expect(await by(service, token).post('/auth/logout')).toMatchObject({ status: 204 })
    await ending.disconnected()
    expect(await me(token)).toMatchObject(problem(401, 'token_revoked'))
    expect((await me(another)).status).toBe(200)
    expect(staying.socket.connected).toBe(true)
  })

  it('ends nobody else’s that has the same jti', async () => {
    const jti = '11111111-1111-4111-8111-111111111111'
    const [ann, bob] = ['ann', 'bob'].map((uid) => mine({ uid, jti }))
    await by(service, ann!).post('/auth/logout')
    expect(await me(ann!)).toMatchObject(problem(401, 'token_revoked'))
    expect((await me(bob!)).status).toBe(200)
  })

  it('ends it however its signature is written', async () => {
    const token = mine({ uid: 'ann' })
    await by(service, token).post('/auth/logout')
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spelt = digits[digits.indexOf(token.at(-1)!) + 1]!
    expect((await me(token.slice(0, -1) + spelt)).status).toBe(401)
    expect((await me(`${token}=`)).status).toBe(401)
  })

  it('of a token without an end is remembered for as long as the tenant is', async () => {
    await by(service, mine({ uid: 'ann', exp: undefined })).post('/auth/logout')
    const sql = `SELECT extract(year FROM expires_at)::int AS year FROM revoked_tokens WHERE tenant_id = $1`
    expect(await rowsOf(service.databaseUrl, sql, [tenant.tenantId])).toEqual([{ year: 9999 }])
  })
})

describe('all tokens of somebody', () => {
  const revoked = problem(401, 'token_revoked')
  const token = (iat?: number) => mine({ uid: 'ann', iat })
  const old = secondsFromNow(-60)
  let userId: string

  beforeEach(async () => {
    userId = (await me(token(old))).body.user_id
  })

  /** Whoever says nothing may be as old as any. */
  const expectOldEnded = async () => {
    for (const iat of [old, undefined]) expect(await me(token(iat))).toMatchObject(revoked)
    expect((await me(token(secondsFromNow(1)))).status).toBe(200)
  }

  it('end by locking, also when that is undone', async () => {
    await tenant.backend.delete(`/user/${userId}`)
    expect(await me(token(secondsFromNow(1)))).toMatchObject(problem(403, 'user_locked'))
    await tenant.backend.patch(`/user/${userId}`, { status: 'active' })
    await expectOldEnded()
  })

  it('end by another password', async () => {
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { self_registration: true })
    const onBehalf = service.anyone.as({ clientKey: `${tenant.apiToken}.${userId}` })
    expect((await onBehalf.post('/auth/password', { password: 'correct horse battery' })).status).toBe(200)
    await expectOldEnded()
  })

  it('end by an erasure: an old one makes nobody anew', async () => {
    await tenant.backend.delete(`/user/${userId}`)
    expect((await tenant.backend.post(`/user/${userId}/erase`)).status).toBe(204)
    for (const iat of [old, undefined]) expect(await me(token(iat))).toMatchObject(revoked)
    expect((await tenant.backend.get('/user?external_id=ann')).body.items).toEqual([])
    await expectOldEnded()
    expect((await me(token(secondsFromNow(1)))).body.user_id).not.toBe(userId)
  })

  it('end by an erasure also for whom the backend makes with the same id', async () => {
    await tenant.backend.post(`/user/${userId}/erase`)
    await tenant.backend.post('/user', { external_id: 'ann' })
    await expectOldEnded()
    const [other, bob] = [await service.tenant(), mine({ uid: 'bob', iat: old })]
    await register(other, { secret })
    expect((await me(ownToken(login, { tid: other.tenantId, uid: 'ann', iat: old }))).status).toBe(200)
    expect((await me(bob)).status).toBe(200)
  })

  it('do not end by anything else that is changed', async () => {
    await tenant.backend.patch(`/user/${userId}`, { display_name: 'Ann', role: 'moderator', status: 'active' })
    for (const iat of [old, undefined]) expect((await me(token(iat))).status).toBe(200)
  })

  it('end for who is coming meanwhile', async () => {
    const auth = service.app.get(AuthService)
    const session = await auth.authenticate({ token: token(old) })
    await auth.recheck(session)
    await tenant.backend.delete(`/user/${userId}`)
    await tenant.backend.patch(`/user/${userId}`, { status: 'active' })
    await expect(auth.recheck(session)).rejects.toMatchObject({ code: 'token_revoked' })
  })
})
