import {
  badField,
  countOf,
  addressLimitsOn,
  itAsksForTheOperator,
  itIsLimitedByAddress,
  noId,
  problem,
} from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
const running = () => service
const keysOf = ({ tenantId }: TestTenant) => `/admin/tenant/${tenantId}/signing-key`
const rotate = (body?: object) => service.operator.post(keysOf(tenant), body)

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid

beforeAll(async () => {
  service = await startService({ ...addressLimitsOn, JWT_TTL: '600' })
})
beforeEach(async () => {
  tenant = await service.tenant()
})
afterAll(() => service.stop())

describe('POST /admin/tenant/:tenant_id/signing-key', () => {
  describe('201', () => {
    it('answers the key that signs from now on, without its secret', async () => {
      const { status, body } = await rotate()
      expect(status).toBe(201)
      expect(body).toEqual({
        kid: expect.stringMatching(/^[\w-]{11}$/),
        created_at: expect.any(String),
        retires_at: null,
      })
      expect(kidOf((await tenant.user()).token)).toBe(body.kid)
    })

    it('takes what the key before signed for as long as a JWT lives, unless said', async () => {
      const ann = await tenant.user()
      await rotate()
      expect((await ann.rest.get('/user/me')).status).toBe(200)
      const [, before] = (await service.operator.get(keysOf(tenant))).body
      const overlapMs = Date.parse(before.retires_at) - Date.now()
      expect(overlapMs).toBeGreaterThan(590_000)
      expect(overlapMs).toBeLessThanOrEqual(600_000)
    })

    it('takes it no more when there is no overlap', async () => {
      const ann = await tenant.user()
      await rotate({ overlap_seconds: 0 })
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(401, 'token_invalid'))
      expect((await (await tenant.user()).rest.get('/user/me')).status).toBe(200)
    })

    it('keeps several keys in their overlap', async () => {
      const users = [await tenant.user()]
      for (const overlap_seconds of [60, 60]) {
        await rotate({ overlap_seconds })
        users.push(await tenant.user())
      }
      for (const user of users) expect((await user.rest.get('/user/me')).status).toBe(200)
    })

    it('leaves exactly one key signing when several rotate at once', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => rotate()))
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
      const keys: any[] = (await service.operator.get(keysOf(tenant))).body
      expect(keys).toHaveLength(6)
      expect(keys.filter((key) => key.retires_at === null)).toHaveLength(1)
    })

    it('changes nothing for another tenant', async () => {
      const ann = await (await service.tenant()).user()
      await rotate({ overlap_seconds: 0 })
      expect((await ann.rest.get('/user/me')).status).toBe(200)
    })
  })

  describe('400', () => {
    it.each([
      ['an overlap before now', 'overlap_seconds', { overlap_seconds: -1 }],
      ['an overlap beyond a year', 'overlap_seconds', { overlap_seconds: 31_536_001 }],
      ['half a second', 'overlap_seconds', { overlap_seconds: 0.5 }],
      ['a text for a number', 'overlap_seconds', { overlap_seconds: '60' }],
      ['null for a number', 'overlap_seconds', { overlap_seconds: null }],
      ['a secret of one’s own', 'secret', { secret: 'x'.repeat(32) }],
    ])('refuses %s, and makes no key', async (_, field, body) => {
      expect(await rotate(body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'signing_keys')).toBe(1)
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.post(keysOf(tenant)))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.post(`/admin/tenant/${noId()}/signing-key`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.post(keysOf(tenant)))
  })
})

describe('GET /admin/tenant/:tenant_id/signing-key', () => {
  describe('200', () => {
    it('lists the keys, newest first, without their secrets', async () => {
      const { kid } = (await rotate()).body
      const { status, body } = await service.operator.get(keysOf(tenant))
      expect(status).toBe(200)
      expect(body.map((key: { kid: string }) => key.kid)).toEqual([kid, expect.any(String)])
      for (const key of body) expect(Object.keys(key)).toEqual(['kid', 'created_at', 'retires_at'])
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await service.operator.get('/admin/tenant/acme/signing-key')).toMatchObject(badField('tenant_id'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get(keysOf(tenant)))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.get(`/admin/tenant/${noId()}/signing-key`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get(keysOf(tenant)))
  })
})
