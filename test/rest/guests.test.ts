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

it('become nobody else by a token', async () => {
  const tenant = await service.tenant({ guests: true })
  const session = await auth().guest(tenant.tenantId)
  const { token } = await tenant.user()
  await expect(auth().renew(session, token)).rejects.toMatchObject({ code: 'credentials_disagree' })
})
