/** `x-internal-api-key`: a backend that calls the internal endpoints, or speaks for a user. */
import { AuthService } from '../../src/auth/auth.service.js'
import type { Credentials } from '../../src/contract/session.js'
import { noId } from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

const key = 'a-key-that-only-the-gateway-of-these-tests-has'

let service: Service
let node: Service
let tenant: TestTenant

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  node = await service.another({ INTERNAL_API_KEY: key, DEFAULT_TENANT: tenant.tenantId })
})
afterAll(async () => {
  await node?.stop()
  await service.stop()
})

const authenticate = (shown: Credentials, at: Service = node) => at.app.get(AuthService).authenticate(shown)
const refused = { code: 'internal_key_invalid', status: 401 }

it('is the deployment’s own, standing for its default tenant', async () => {
  const session = await authenticate({ internalKey: key })
  expect(session).toMatchObject({ actor: { kind: 'backend', tenantId: tenant.tenantId }, apiTokenId: null })
  await node.app.get(AuthService).recheck(session)
})

it('is an API token of any tenant, for as long as that lives', async () => {
  const other = await service.tenant()
  const session = await authenticate({ internalKey: other.apiToken })
  expect(session).toMatchObject({ actor: { kind: 'backend', tenantId: other.tenantId } })
  await service.operator.delete(`/admin/tenant/${other.tenantId}/api-token/${session.apiTokenId}`)
  await expect(node.app.get(AuthService).recheck(session)).rejects.toMatchObject({ code: 'token_revoked' })
  await expect(authenticate({ internalKey: other.apiToken })).rejects.toMatchObject(refused)
})

it.each(['', 'wrong', `${key}x`, key.slice(1), `parley_${'x'.repeat(43)}`])('is not %j', async (internalKey) => {
  await expect(authenticate({ internalKey })).rejects.toMatchObject(refused)
})

it('is none where none is set, nor where it stands for no tenant', async () => {
  for (const internalKey of ['', key]) {
    await expect(authenticate({ internalKey }, service)).rejects.toMatchObject(refused)
  }
  for (const DEFAULT_TENANT of ['', noId()]) {
    const without = await service.another({ INTERNAL_API_KEY: key, DEFAULT_TENANT })
    await expect(authenticate({ internalKey: key }, without)).rejects.toMatchObject(refused)
    await without.stop()
  }
})

it('is none on another tenant’s path, as on one that never was', async () => {
  const other = await service.tenant()
  for (const internalKey of [key, tenant.apiToken]) {
    for (const tenantId of [other.tenantId, noId()]) {
      await expect(authenticate({ internalKey, tenantId })).rejects.toMatchObject(refused)
    }
    expect(await authenticate({ internalKey, tenantId: tenant.tenantId })).toMatchObject({ by: 'apiToken' })
  }
})

it('names the same caller as what else is shown', async () => {
  const other = await service.tenant()
  expect(await authenticate({ internalKey: key, clientKey: tenant.apiToken })).toMatchObject({ by: 'apiToken' })
  for (const clientKey of [other.apiToken, (await tenant.user()).clientKey]) {
    await expect(authenticate({ internalKey: key, clientKey })).rejects.toMatchObject({ code: 'credentials_disagree' })
  }
})

describe('on behalf of somebody', () => {
  const onBehalfOf = (who: string, internalKey = key) => authenticate({ internalKey, onBehalfOf: who })
  const userOf = async (who: string) => (await onBehalfOf(who)).actor

  it('is that user, by our id or by the tenant’s own', async () => {
    const ann = await tenant.user({ external_id: 'ann' })
    const person = { kind: 'user', tenantId: tenant.tenantId, userId: ann.userId, role: 'user' }
    for (const who of [ann.userId, ann.userId.toUpperCase(), 'ann']) expect(await userOf(who)).toEqual(person)
    expect((await onBehalfOf('ann', tenant.apiToken)).actor).toEqual(person)
    expect((await onBehalfOf('ann')).name).toBe('Ann')
  })

  it('is made at the first sight, once', async () => {
    const met = await Promise.all(Array.from({ length: 20 }, () => userOf('bob')))
    const ids = new Set(met.map((actor) => 'userId' in actor && actor.userId))
    expect(ids.size).toBe(1)
    const { body } = await tenant.backend.get('/user?external_id=bob')
    expect(body.items).toMatchObject([{ user_id: [...ids][0], external_id: 'bob', role: 'user' }])
  })

  it('knows nobody of another tenant: their id is a name like any', async () => {
    const theirs = await (await service.tenant()).user()
    const actor = await userOf(theirs.userId)
    expect(actor).toMatchObject({ tenantId: tenant.tenantId })
    expect(actor).not.toMatchObject({ userId: theirs.userId })
  })

  it('is refused while they are locked', async () => {
    const { userId } = await tenant.user({ external_id: 'locked' })
    await tenant.backend.delete(`/user/${userId}`)
    for (const who of [userId, 'locked']) await expect(userOf(who)).rejects.toMatchObject({ code: 'user_locked' })
  })

  it.each(['', 'x'.repeat(201), 'a\u0000'])('wants a user id: %j', async (who) => {
    await expect(userOf(who)).rejects.toMatchObject({ code: 'validation_failed', status: 400 })
  })

  it('makes nobody for a key that is wrong', async () => {
    await expect(onBehalfOf('nobody', 'wrong')).rejects.toMatchObject(refused)
    expect((await tenant.backend.get('/user?external_id=nobody')).body.items).toEqual([])
  })
})

it('is no credential of other endpoints', async () => {
  const answer = await node.anyone.as({ 'x-internal-api-key': key }).get('/user')
  expect(answer).toMatchObject({ status: 401, body: { code: 'credentials_missing' } })
})

it.each([
  ['UTF-8', Buffer.from('Zoë 🙂').toString('latin1'), 'Zoë 🙂'],
  ['Latin-1', 'Zoë', 'Zoë'],
])('speaks for somebody whose id is written in %s', async (_, header, external_id) => {
  const { body: user } = await tenant.backend.post('/user', { external_id })
  const headers = { 'x-internal-api-key': tenant.apiToken, 'x-user-id': header }
  const other = await (await tenant.user()).plain('/ws')
  other.send({ event: 'chat.join', data: { roomId: 'lobby' } })
  await other.next(({ event }) => event === 'chat.joined')
  const theirs = await service.plain('/ws', { headers })
  theirs.send({ event: 'chat.join', data: { roomId: 'lobby' } })
  const [joined] = await other.next(({ event }) => event === 'chat.userJoined')
  expect(joined.data.userId).toBe(user.user_id)
  for (const socket of [theirs, other]) {
    socket.close()
    await socket.closed
  }
})
