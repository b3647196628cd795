/** Tenants: how they are made and listed. */
import { rowsOf } from '../support/database.js'
import {
  badField,
  addressLimitsOn,
  itAsksForTheOperator,
  itIsLimitedByAddress,
  noId,
  problem,
} from '../support/problems.js'
import { startService, type Service } from '../support/service.js'

let service: Service
const running = () => service

beforeAll(async () => {
  service = await startService(addressLimitsOn)
})
afterAll(() => service.stop())

describe('POST /admin/tenant', () => {
  describe('201', () => {
    it('answers the tenant and its first API token', async () => {
      const { status, body } = await service.operator.post('/admin/tenant', { name: 'Acme' })
      expect(status).toBe(201)
      expect(body).toEqual({
        tenant_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
        name: 'Acme',
        status: 'active',
        allowed_origins: [],
        self_registration: false,
        guests: false,
        limits: {},
        retention_days: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        api_token: expect.stringMatching(/^parley_[\w-]{43}$/),
      })
      const { status: used } = await service.anyone.as({ clientKey: body.api_token }).get('/user')
      expect(used).toBe(200)
    })

    it('keeps the settings that it was given', async () => {
      const settings = {
        name: 'Acme',
        allowed_origins: ['https://app.acme.example', 'http://localhost:5173'],
        self_registration: true,
        guests: true,
        limits: { user_burst: 7 },
        retention_days: 30,
      }
      const { body } = await service.operator.post('/admin/tenant', settings)
      expect(body).toMatchObject(settings)
    })

    it('stores only a hash of the API token', async () => {
      const { tenantId, apiToken } = await service.tenant()
      const [row] = await rowsOf<{ text: string; hash: Buffer }>(
        service.databaseUrl,
        'SELECT t::text AS text, hash FROM api_tokens t WHERE tenant_id = $1',
        [tenantId],
      )
      expect(row!.hash).toHaveLength(32)
      expect(row!.text).toContain(apiToken.slice(-4))
      expect(row!.text).not.toContain(apiToken.slice(7, 40))
    })
  })

  describe('500', () => {
    it.each(['signing_keys', 'api_tokens', 'tb_roles'])('leaves nothing of a tenant without its %s', async (table) => {
      const alter = (change: string) => rowsOf(service.databaseUrl, `ALTER TABLE ${table} ${change}`)
      await alter('ADD CONSTRAINT closed CHECK (false) NOT VALID')
      expect(await service.operator.post('/admin/tenant', { name: 'Half' })).toMatchObject(problem(500, 'internal'))
      await alter('DROP CONSTRAINT closed')
      expect(await rowsOf(service.databaseUrl, `SELECT FROM tenants WHERE name = 'Half'`)).toEqual([])
    })
  })

  describe('400', () => {
    it.each([
      ['no name', 'name', {}],
      ['an empty name', 'name', { name: '' }],
      ['null for a name', 'name', { name: null }],
      ['a list for a name', 'name', { name: ['Acme'] }],
      ['a name of 201 characters', 'name', { name: 'x'.repeat(201) }],
      ['a status, which it begins with', 'status', { name: 'Acme', status: 'suspended' }],
      ['an id, which is made here', 'tenant_id', { name: 'Acme', tenant_id: noId() }],
      ['one origin without a list', 'allowed_origins', { name: 'Acme', allowed_origins: 'https://acme.example' }],
      ['an origin with a path', 'allowed_origins', { name: 'Acme', allowed_origins: ['https://acme.example/path'] }],
      ['an origin without a scheme', 'allowed_origins', { name: 'Acme', allowed_origins: ['acme.example'] }],
      ['a text for a flag', 'self_registration', { name: 'Acme', self_registration: 'true' }],
      ['a limit of nothing', 'limits', { name: 'Acme', limits: { user_burst: 0 } }],
      ['a limit that there is not', 'limits', { name: 'Acme', limits: { bursts: 5 } }],
      ['null for limits', 'limits', { name: 'Acme', limits: null }],
      ['a retention of nothing', 'retention_days', { name: 'Acme', retention_days: 0 }],
      ['half a day of retention', 'retention_days', { name: 'Acme', retention_days: 0.5 }],
      ['a text for a retention', 'retention_days', { name: 'Acme', retention_days: '30' }],
      ['a retention of more than a hundred years', 'retention_days', { name: 'Acme', retention_days: 36_501 }],
      ['a list for limits', 'limits', { name: 'Acme', limits: [1] }],
    ])('refuses %s', async (_, field, body) => {
      expect(await service.operator.post('/admin/tenant', body)).toMatchObject(badField(field))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.post('/admin/tenant', { name: 'Acme' }))
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.post('/admin/tenant', { name: 'Acme' }))
  })
})

describe('GET /admin/tenant', () => {
  describe('200', () => {
    it('pages through all tenants, each of them once, without their API tokens', async () => {
      const made = [await service.tenant(), await service.tenant(), await service.tenant()]
      const seen: any[] = []
      let next = '/admin/tenant?limit=2'
      while (next) {
        const { status, body } = await service.operator.get(next)
        expect(status).toBe(200)
        expect(body.items.length).toBeLessThanOrEqual(2)
        seen.push(...body.items)
        next = body.next_cursor && `/admin/tenant?limit=2&cursor=${body.next_cursor}`
      }
      const ids = seen.map((tenant) => tenant.tenant_id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(made.map(({ tenantId }) => tenantId)))
      expect(seen[0]).not.toHaveProperty('api_token')
    })

    it('finds those by a part of their name, as it is written and in whatever case', async () => {
      for (const name of ['Zebra 100%', 'zebra 1000', 'Zebra_\\1']) await service.tenant({ name })
      const found = async (q: string): Promise<string[]> => {
        const { status, body } = await service.operator.get(`/admin/tenant?q=${encodeURIComponent(q)}`)
        expect(status).toBe(200)
        return body.items.map(({ name }: { name: string }) => name)
      }
      expect(await found('ZEBRA')).toEqual(['Zebra 100%', 'zebra 1000', 'Zebra_\\1'])
      expect(await found('100%')).toEqual(['Zebra 100%'])
      expect(await found('bra_')).toEqual(['Zebra_\\1'])
      expect(await found('\\')).toEqual(['Zebra_\\1'])
      expect(await found('no zebra')).toEqual([])
    })

    it('pages through what it finds', async () => {
      for (const name of ['Okapi 1', 'Okapi 2']) await service.tenant({ name })
      const first = await service.operator.get('/admin/tenant?q=okapi&limit=1')
      const second = await service.operator.get(`/admin/tenant?q=okapi&limit=1&cursor=${first.body.next_cursor}`)
      expect([first, second].map(({ body }) => body.items[0].name)).toEqual(['Okapi 1', 'Okapi 2'])
      expect(second.body.next_cursor).toBeNull()
    })
  })

  describe('400', () => {
    it('refuses a limit beyond 100', async () => {
      expect(await service.operator.get('/admin/tenant?limit=101')).toMatchObject(badField('limit'))
    })

    it('refuses to look for nothing', async () => {
      expect(await service.operator.get('/admin/tenant?q=')).toMatchObject(badField('q'))
    })

    it('refuses a cursor that is none of ours', async () => {
      expect(await service.operator.get('/admin/tenant?cursor=x')).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get('/admin/tenant'))
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get('/admin/tenant'))
  })
})
