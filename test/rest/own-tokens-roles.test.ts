/** The role that a tenant’s own tokens say. */
import { problem } from '../support/problems.js'
import { by, keysOf, meBy, ownToken, register, withPair, withSecret } from '../support/own-tokens.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { secondsFromNow } from '../support/tokens.js'

const secret = 'a secret that only the login service has'
const login = withSecret(secret)
const pair = withPair('RS256')

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

const mine = (claims: object, header?: object) => ownToken(login, { tid: tenant.tenantId, ...claims }, header)
const me = (token: string, tenantId?: string) => meBy(service, token, tenantId)

describe('the role', () => {
  const roleBy = async (token: string): Promise<string> => (await me(token)).body.role

  it('counts for nothing unless the key says so', async () => {
    for (const role of ['admin', 'moderator', 'owner']) expect(await roleBy(mine({ uid: role, role }))).toBe('user')
    const boss = await tenant.user({ external_id: 'boss', role: 'admin' })
    expect(await roleBy(mine({ uid: 'boss', role: 'user' }))).toBe('admin')
    expect((await boss.rest.get('/user/me')).body.role).toBe('admin')
  })

  it('is the higher of what the token gives and what is stored, which stays, where the key says so', async () => {
    await register(tenant, { public_key: pair.jwk, trusts_roles: true })
    const token = (uid: string, role?: unknown) => ownToken(pair, { tid: tenant.tenantId, uid, role })
    const stored = async (userId: string) => (await tenant.backend.get(`/user/${userId}`)).body.role
    const { user_id } = (await me(token('ann', 'admin'))).body
    const boss = await tenant.user({ external_id: 'boss', role: 'admin' })
    const roles = ['admin', 'streamer', 'viewer', 'user', ['admin'], 'moderator', undefined]
    const given = ['admin', 'user', 'user', 'user', 'user', 'moderator', 'user']
    for (const [index, role] of roles.entries()) {
      expect([role, await roleBy(token('ann', role))]).toEqual([role, given[index]])
      expect([role, await roleBy(token('boss', role))]).toEqual([role, 'admin'])
    }
    expect([await stored(user_id), await stored(boss.userId)]).toEqual(['user', 'admin'])
  })

  it('goes with its key', async () => {
    const { token_key_id } = await register(tenant, { public_key: pair.jwk, trusts_roles: true })
    expect(await roleBy(ownToken(pair, { tid: tenant.tenantId, uid: 'eve', role: 'admin' }))).toBe('admin')
    expect(await roleBy(mine({ uid: 'eve', role: 'admin' }))).toBe('user')
    await service.operator.delete(`${keysOf(tenant)}/${token_key_id}`)
    expect(await roleBy(mine({ uid: 'eve', role: 'admin' }))).toBe('user')
  })

  it('does not come back by an old token when the backend has said another since', async () => {
    await register(tenant, { public_key: pair.jwk, trusts_roles: true })
    const token = (iat?: number) => ownToken(pair, { tid: tenant.tenantId, uid: 'ann', role: 'admin', iat })
    const old = secondsFromNow(-60)
    const { user_id, role } = (await me(token(old))).body
    expect(role).toBe('admin')
    await tenant.backend.patch(`/user/${user_id}`, { role: 'moderator' })
    expect(await roleBy(token(old))).toBe('moderator')
    expect(await roleBy(token())).toBe('moderator')
    expect(await roleBy(token(secondsFromNow(1)))).toBe('admin')
  })

  it('counts in rooms too, also on a socket, until the backend says another', async () => {
    await register(tenant, { public_key: pair.jwk, trusts_roles: true })
    const ann = await tenant.user()
    const room_id = await tenant.room([ann])
    const deleteByRest = async () => {
      const { message_id } = await ann.send(room_id, 'Hi')
      return by(service, token).delete(`/room/${room_id}/message/${message_id}`)
    }
    const token = ownToken(pair, { tid: tenant.tenantId, uid: 'mod', role: 'moderator', iat: secondsFromNow(-60) })
    const { user_id } = (await me(token)).body
    expect((await deleteByRest()).status).toBe(204)
    const socket = await service.socket({ auth: { token } })
    await socket.ask('join_room', { room_id })
    const deleteBySocket = async () => {
      const { message_id } = await ann.send(room_id, 'Hi')
      return socket.ask('delete_message', { room_id, message_id })
    }
    expect(await deleteBySocket()).toMatchObject({ ok: true })
    await tenant.backend.patch(`/user/${user_id}`, { role: 'user' })
    expect(await deleteBySocket()).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await deleteByRest()).toMatchObject(problem(403, 'forbidden'))
  })

  it('is what the call may do at once', async () => {
    await register(tenant, { public_key: pair.jwk, trusts_roles: true })
    const { userId } = await tenant.user()
    const patch = (role: string) =>
      by(service, ownToken(pair, { tid: tenant.tenantId, uid: 'ann', role })).patch(`/user/${userId}`, { phone: '1' })
    expect(await patch('user')).toMatchObject(problem(403, 'forbidden'))
    expect((await patch('admin')).status).toBe(200)
  })
})
