/** People without a credential, where the tenant lets them watch. */
import { AuthService } from '../../src/auth/auth.service.js'
import { noId } from '../support/problems.js'
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const auth = () => service.app.get(AuthService)
const missing = { code: 'credentials_missing' }

it('are let in one by one, as nobody', async () => {
  const { tenantId } = await service.tenant({ guests: true, limits: { user_burst: 7 } })
  const [one, another] = [await auth().guest(tenantId), await auth().guest(tenantId)]
  expect(one).toMatchObject({ actor: { kind: 'user', tenantId, role: 'user', guest: true }, by: 'nothing' })
  expect(one.limits.rates.request.user).toMatchObject({ burst: 7 })
  expect(one.actor.userId).not.toBe(another.actor.userId)
  await auth().recheck(one)
})

it('are refused where there are none, in the words of a tenant that never was', async () => {
  const { tenantId } = await service.tenant()
  const suspended = await service.tenant({ guests: true })
  await service.operator.patch(`/admin/tenant/${suspended.tenantId}`, { status: 'suspended' })
  for (const id of [tenantId, suspended.tenantId, noId()]) await expect(auth().guest(id)).rejects.toMatchObject(missing)
})

it('are found to be none any more when the tenant closes', async () => {
  const { tenantId } = await service.tenant({ guests: true })
  const session = await auth().guest(tenantId)
  await service.operator.patch(`/admin/tenant/${tenantId}`, { guests: false })
  await expect(auth().recheck(session)).rejects.toMatchObject(missing)
})

describe('on a stream’s WebSocket', () => {
  it('see what is said and say nothing, until the tenant lets none watch any more', async () => {
    const tenant = await service.tenant({ guests: true })
    const streamer = await tenant.user()
    await streamer.rest.post('/api/chat/thread', { stream_id: 'open' })
    const guest = await service.plain(`/t/${tenant.tenantId}/ws/chat/open`)
    const streamers = await streamer.plain('/ws/chat/open')
    streamers.send({ content: 'Welcome' })
    expect(await guest.next((frame) => frame.content)).toMatchObject([{ content: 'Welcome', role: 'streamer' }])
    guest.send({ content: 'Me too' })
    expect(await guest.next((frame) => frame.error)).toMatchObject([{ error: { code: 'guests_only_read' } }])
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { guests: false })
    expect((await guest.closed)[0]).toBe(4401)
    streamers.send({ content: 'Still here' })
    await streamers.next((frame) => frame.content === 'Still here')
  })

  it('are refused where there are none', async () => {
    const tenant = await service.tenant()
    const refused = { status: 401, problem: missing }
    await expect(service.plain(`/t/${tenant.tenantId}/ws/chat/open`)).rejects.toMatchObject(refused)
    await expect(service.plain('/ws/chat/open')).rejects.toMatchObject(refused)
  })
})

it('become nobody else by a token', async () => {
  const tenant = await service.tenant({ guests: true })
  const session = await auth().guest(tenant.tenantId)
  const { token } = await tenant.user()
  await expect(auth().renew(session, token)).rejects.toMatchObject({ code: 'credentials_disagree' })
})
