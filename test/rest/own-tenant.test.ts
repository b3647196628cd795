/** A tenant, as its own backend reads it. */
import { addressLimitsOn, itAsksWhoCalls, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
const running = () => service

beforeAll(async () => {
  service = await startService(addressLimitsOn)
  tenant = await service.tenant({ allowed_origins: ['https://app.acme.example'], limits: { tenant_rooms: 10 } })
})
afterAll(() => service.stop())

describe('GET /tenant', () => {
  describe('200', () => {
    it('is what the operator reads of it, and what they have just changed', async () => {
      const path = `/admin/tenant/${tenant.tenantId}`
      const { status, body } = await tenant.backend.get('/tenant')
      expect(status).toBe(200)
      expect(body).toEqual((await service.operator.get(path)).body)
      await service.operator.patch(path, { guests: true, retention_days: 30 })
      expect((await tenant.backend.get('/tenant')).body).toEqual({ ...body, guests: true, retention_days: 30 })
    })
  })

  describe('400', () => {
    it('is not of another’s credential beside the key', async () => {
      const { token } = await (await service.tenant()).user()
      const both = service.anyone.as({ clientKey: tenant.apiToken, authorization: `Bearer ${token}` })
      expect(await both.get('/tenant')).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.get('/tenant'))
  })

  describe('403', () => {
    it('is not for users', async () => {
      const ann = await tenant.user()
      expect(await ann.rest.get('/tenant')).toMatchObject(problem(403, 'backend_required'))
    })

    it('is not for a tenant that is suspended', async () => {
      const suspended = await service.tenant()
      await service.operator.patch(`/admin/tenant/${suspended.tenantId}`, { status: 'suspended' })
      expect(await suspended.backend.get('/tenant')).toMatchObject(problem(403, 'tenant_suspended'))
    })
  })

  describe('429', () => {
    it('counts as any request', async () => {
      const small = await service.tenant({ limits: { tenant_burst: 1, tenant_per_second: 1 } })
      const answers = await Promise.all([1, 2, 3].map(() => small.backend.get('/tenant')))
      expect(answers.map(({ status }) => status)).toContain(429)
    })
  })
})
