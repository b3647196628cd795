/** Whose pages may talk to the service: a preflight is answered for all tenants, the request itself for its own. */
import { problem } from '../support/problems.js'
import type { Answer, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let acme: TestTenant
let umbrella: TestTenant
let plain: TestTenant
const acmes = 'https://app.acme.example'
const umbrellas = 'http://localhost:5173'
const nobodys = 'https://evil.example'

beforeAll(async () => {
  service = await startService()
  acme = await service.tenant({ allowed_origins: [acmes, 'https://admin.acme.example'] })
  umbrella = await service.tenant({ allowed_origins: [umbrellas] })
  plain = await service.tenant()
})
afterAll(() => service.stop())

const preflight = (origin: string, method = 'POST', path = '/room'): Promise<Answer> => {
  const headers = { origin, 'access-control-request-method': method }
  const wanted = { 'access-control-request-headers': 'clientkey,content-type,idempotency-key' }
  return service.anyone.send('OPTIONS', path, undefined, { headers: { ...headers, ...wanted } })
}
const from = (caller: Rest, origin: string, path = '/user') => caller.get(path, { headers: { origin } })
const allowedBy = ({ headers }: Answer) => headers.get('access-control-allow-origin')

const options = (headers: Record<string, string>) => service.anyone.send('OPTIONS', '/room', undefined, { headers })

describe('a preflight', () => {
  it.each([acmes, 'https://admin.acme.example', umbrellas])(
    'is answered for %s, which some tenant allows',
    async (origin) => {
      const answer = await preflight(origin)
      expect(answer.status).toBe(204)
      expect(allowedBy(answer)).toBe(origin)
      expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/i)
      expect(answer.headers.get('access-control-allow-headers')).toBe('clientkey,content-type,idempotency-key')
      expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0)
    },
  )

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('allows %s', async (method) => {
    const answer = await preflight(acmes, method)
    expect(answer.headers.get('access-control-allow-methods')?.split(/, ?/)).toContain(method)
  })

  it.each([
    nobodys,
    'https://app.acme.example.evil.example',
    'http://app.acme.example',
    `${acmes}:8443`,
    'null',
    '*',
    'x',
  ])('allows nothing to %s, which no tenant allows', async (origin) => {
    expect(allowedBy(await preflight(origin))).toBeNull()
  })

  it('allows no cookies', async () => {
    expect((await preflight(acmes)).headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('is answered for what a tenant allows now', async () => {
    const origin = 'https://new.example'
    const { tenantId } = await service.tenant()
    const set = (change: object) => service.operator.patch(`/admin/tenant/${tenantId}`, change)
    expect(allowedBy(await preflight(origin))).toBeNull()
    await set({ allowed_origins: [origin] })
    expect(allowedBy(await preflight(origin))).toBe(origin)
    await set({ status: 'suspended' })
    expect(allowedBy(await preflight(origin))).toBeNull()
    await set({ status: 'active', allowed_origins: [] })
    expect(allowedBy(await preflight(origin))).toBeNull()
  })

  it('is answered without a method, too, and is no route of its own', async () => {
    expect(await options({ origin: acmes })).toMatchObject({ status: 204, body: '' })
    expect(await options({})).toMatchObject(problem(404, 'route_not_found'))
    expect(await options({ origin: nobodys })).toMatchObject(problem(404, 'route_not_found'))
  })
})

describe('the request itself', () => {
  it('is allowed to its own tenant’s pages', async () => {
    const answer = await from(acme.backend, acmes)
    expect(answer.status).toBe(200)
    expect(allowedBy(answer)).toBe(acmes)
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/i)
  })

  it('is not allowed to another tenant’s pages, whoever calls', async () => {
    const ann = await acme.user()
    for (const caller of [acme.backend, ann.rest, service.anyone.as({ clientKey: ann.clientKey })]) {
      expect(allowedBy(await from(caller, umbrellas))).toBeNull()
    }
    expect(allowedBy(await from(umbrella.backend, acmes))).toBeNull()
    expect(allowedBy(await from(plain.backend, acmes))).toBeNull()
  })

  it('is not allowed to pages that no tenant allows', async () => {
    expect(allowedBy(await from(acme.backend, nobodys))).toBeNull()
  })

  it('lets its own tenant’s pages read failures, too', async () => {
    expect(allowedBy(await from(acme.backend, acmes, '/user?limit=0'))).toBe(acmes)
    expect(allowedBy(await from(acme.backend, acmes, '/user/me'))).toBe(acmes)
    expect(allowedBy(await from(service.anyone, acmes))).toBe(acmes)
    expect(allowedBy(await from(acme.backend, umbrellas, '/user?limit=0'))).toBeNull()
  })

  it('shows pages the headers that a client goes by', async () => {
    const shown = (await from(acme.backend, acmes)).headers.get('access-control-expose-headers')
    for (const name of ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed']) {
      expect(shown?.split(/, ?/)).toContain(name)
    }
  })

  it('says nothing of origins where there is none', async () => {
    expect(allowedBy(await acme.backend.get('/user'))).toBeNull()
  })
})

describe('a tenant that allows *', () => {
  it('allows any page to itself, and none to the others', async () => {
    const { tenantId, backend } = await service.tenant({ allowed_origins: ['*'] })
    expect(allowedBy(await preflight(nobodys))).toBe(nobodys)
    expect(allowedBy(await from(backend, nobodys))).toBe(nobodys)
    expect(allowedBy(await from(acme.backend, nobodys))).toBeNull()
    await service.operator.delete(`/admin/tenant/${tenantId}`)
    expect(allowedBy(await preflight(nobodys))).toBeNull()
  })
})
