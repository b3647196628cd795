/** Who is logged in to the console: by which key, for how long, and by whose page. */
import { Config } from '../../src/infra/config.js'
import { openSession, sealSession } from '../../src/pages/console/sealed-session.js'
import { cookieIn, logIn, type LoggedIn } from '../support/console.js'
import { badField, problem } from '../support/problems.js'
import { adminKey, type Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let acme: TestTenant
let umbrella: TestTenant

beforeAll(async () => {
  service = await startService({ TRUST_PROXY: '127.0.0.1', PUBLIC_URL: 'https://chat.example' })
  acme = await service.tenant({ name: 'Acme' })
  umbrella = await service.tenant({ name: 'Umbrella', allowed_origins: ['*'] })
})
afterAll(() => service.stop())

const post = (key: unknown, headers: Record<string, string> = {}) =>
  service.anyone.post('/console/session', { key }, { headers })
const asOperator = (): Promise<LoggedIn> => logIn(service.anyone, adminKey)
const asAcme = (): Promise<LoggedIn> => logIn(service.anyone, acme.apiToken)
const withCookie = (cookie: string, headers: Record<string, string> = {}): Rest =>
  service.anyone.as({ cookie, ...headers })

const missing = problem(401, 'credentials_missing')
const otherOrigin = { origin: 'https://evil.example' }
const otherSite = { 'sec-fetch-site': 'cross-site' }

describe('POST /console/session', () => {
  describe('200', () => {
    it('takes the operator’s key', async () => {
      const { status, body, headers } = await post(adminKey)
      expect([status, body]).toEqual([
        200,
        { kind: 'operator', csrf_token: expect.any(String), expires_at: expect.any(String) },
      ])
      expect(Date.parse(body.expires_at) - Date.now()).toBeLessThanOrEqual(8 * 3_600_000)
      expect(headers.get('cache-control')).toBe('no-store')
    })

    it('takes an API token, and says whose it is', async () => {
      const { status, body } = await post(acme.apiToken)
      expect(status).toBe(200)
      expect(body).toMatchObject({ kind: 'tenant', tenant_id: acme.tenantId, tenant_name: 'Acme' })
    })

    it('sets a cookie that no script reads and no other site’s page makes a browser send', async () => {
      const [set] = (await post(adminKey)).headers.getSetCookie()
      expect(set).toMatch(/^parley_console=[\w.-]+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict$/)
    })

    it('sets one for https alone, and for this host, where it came by https', async () => {
      const https = { 'x-forwarded-proto': 'https' }
      const answer = await post(adminKey, https)
      const [set] = answer.headers.getSetCookie()
      expect(set).toMatch(/^__Host-parley_console=[\w.-]+; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/)
      const headers = { ...https, 'x-csrf-token': answer.body.csrf_token }
      expect((await withCookie(cookieIn(answer), headers).get('/admin/tenant')).status).toBe(200)
      const plain = cookieIn(answer).replace('__Host-', '')
      expect(await withCookie(plain, headers).get('/admin/tenant')).toMatchObject(missing)
    })

    it('shows nothing of the key, and each time other secrets', async () => {
      const [one, other] = [await asAcme(), await asAcme()]
      expect(one.csrfToken).not.toBe(other.csrfToken)
      expect(one.cookie).not.toBe(other.cookie)
      for (const part of one.cookie.split(/[.=]/)) {
        expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain(acme.apiToken)
      }
    })
  })

  describe('400', () => {
    it.each([undefined, '', 5, 'x'.repeat(2001)])('refuses %p', async (key) => {
      expect(await post(key)).toMatchObject(badField('key'))
    })
  })

  describe('401', () => {
    it('refuses what is no key, a user’s, and one that was revoked', async () => {
      const { userId, token, clientKey } = await acme.user()
      const revoked = await service.operator.post(`/admin/tenant/${acme.tenantId}/api-token`)
      await service.operator.delete(`/admin/tenant/${acme.tenantId}/api-token/${revoked.body.api_token_id}`)
      for (const key of ['x', adminKey.slice(1), token, clientKey, userId, revoked.body.api_token]) {
        const answer = await post(key)
        expect(answer).toMatchObject(problem(401, 'client_key_invalid'))
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    })
  })

  describe('403', () => {
    it('refuses a tenant that is suspended', async () => {
      const { apiToken, tenantId } = await service.tenant()
      await service.operator.patch(`/admin/tenant/${tenantId}`, { status: 'suspended' })
      expect(await post(apiToken)).toMatchObject(problem(403, 'tenant_suspended'))
    })

    it.each([otherOrigin, otherSite, { 'sec-fetch-site': 'same-site' }])('logs nobody in from %j', async (headers) => {
      expect(await post(adminKey, headers)).toMatchObject(problem(403, 'origin_not_allowed'))
    })
  })

  describe('415', () => {
    it('refuses a form, which any page could send', async () => {
      const headers = { 'content-type': 'text/plain' }
      const raw = JSON.stringify({ key: adminKey })
      const answer = await service.anyone.send('POST', '/console/session', undefined, { headers, raw })
      expect(answer).toMatchObject(problem(415, 'unsupported_media_type'))
    })
  })

  describe('429', () => {
    it('refuses an address that guesses, and never who knows a key', async () => {
      const node = await service.another({ RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '3', TRUST_PROXY: '127.0.0.1' })
      const from = (address: string, key: string) =>
        node.anyone.post('/console/session', { key }, { headers: { 'x-forwarded-for': address } })
      try {
        for (const _ of [1, 2, 3]) expect((await from('198.18.2.1', 'a guess')).status).toBe(401)
        expect(await from('198.18.2.1', 'a guess')).toMatchObject(problem(429, 'rate_limited'))
        expect((await from('198.18.2.1', adminKey)).status).toBe(200)
        expect((await from('198.18.2.2', 'a guess')).status).toBe(401)
      } finally {
        await node.stop()
      }
    })
  })
})

describe('GET /console/session', () => {
  describe('200', () => {
    it('says to a page that was loaded anew who is logged in, with the same CSRF token', async () => {
      const { cookie, csrfToken } = await asAcme()
      const { status, body, headers } = await withCookie(cookie).get('/console/session')
      expect(status).toBe(200)
      expect(body).toMatchObject({ kind: 'tenant', tenant_name: 'Acme', csrf_token: csrfToken })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.getSetCookie()).toEqual([])
    })

    it('says the same on every node', async () => {
      const { cookie } = await asOperator()
      const node = await service.another()
      try {
        const { body } = await node.anyone.as({ cookie }).get('/console/session')
        expect(body.kind).toBe('operator')
      } finally {
        await node.stop()
      }
    })
  })

  describe('401', () => {
    it('says that nobody is, without a cookie or with another', async () => {
      const { cookie } = await asOperator()
      const bad = ['x=y', 'parley_console=', 'parley_console=a.b.c.d.e', tampered(cookie)]
      expect(await service.anyone.get('/console/session')).toMatchObject(missing)
      for (const one of bad) expect(await withCookie(one).get('/console/session')).toMatchObject(missing)
    })

    it('goes by neither of two cookies', async () => {
      const [one, other] = [await asOperator(), await asAcme()]
      expect(await withCookie(`${one.cookie}; ${other.cookie}`).get('/console/session')).toMatchObject(missing)
      expect((await withCookie(`a=b; ${one.cookie}; c=d`).get('/console/session')).status).toBe(200)
    })

    it('ends with its time', async () => {
      const config = service.app.get(Config)
      const seal = (expiresAtMs: number) => sealSession({ kind: 'operator', csrfToken: 'known', expiresAtMs }, config)
      const [over, live] = [await seal(Date.now() - 1000), await seal(Date.now() + 60_000)]
      expect(await withCookie(`parley_console=${over}`).get('/console/session')).toMatchObject(missing)
      expect((await withCookie(`parley_console=${live}`).get('/console/session')).status).toBe(200)
      const page = withCookie(`parley_console=${over}`, { 'x-csrf-token': 'known' })
      expect(await page.get('/admin/tenant')).toMatchObject(missing)
    })

    it('ends when the operator’s key is another', async () => {
      const { cookie } = await asOperator()
      const sealed = cookie.split('=')[1]!
      expect(await openSession(sealed, service.app.get(Config))).not.toBeNull()
      expect(await openSession(sealed, { ...service.app.get(Config), ADMIN_KEY: `${adminKey}2` })).toBeNull()
    })

    it('ends when its API token is revoked', async () => {
      const { body } = await service.operator.post(`/admin/tenant/${acme.tenantId}/api-token`)
      const { cookie, page } = await logIn(service.anyone, body.api_token)
      expect((await page.get('/room')).status).toBe(200)
      await service.operator.delete(`/admin/tenant/${acme.tenantId}/api-token/${body.api_token_id}`)
      const refused = problem(401, 'client_key_invalid')
      expect(await page.get('/room')).toMatchObject(refused)
      expect(await withCookie(cookie).get('/console/session')).toMatchObject(refused)
    })
  })

  describe('403', () => {
    it.each([otherOrigin, otherSite])('tells nothing to %j', async (headers) => {
      const { cookie } = await asOperator()
      expect(await withCookie(cookie, headers).get('/console/session')).toMatchObject(
        problem(403, 'origin_not_allowed'),
      )
    })
  })
})

describe('DELETE /console/session', () => {
  describe('204', () => {
    it('takes the cookie away, if there is one or not', async () => {
      const { page } = await asOperator()
      for (const caller of [page, service.anyone]) {
        const { status, headers } = await caller.delete('/console/session')
        expect(status).toBe(204)
        expect(headers.getSetCookie()).toEqual(['parley_console=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict'])
      }
    })
  })

  describe('403', () => {
    it('is for our page alone', async () => {
      const answer = await service.anyone.delete('/console/session', { headers: otherOrigin })
      expect(answer).toMatchObject(problem(403, 'origin_not_allowed'))
      expect(answer.headers.getSetCookie()).toEqual([])
    })
  })
})

describe('with the cookie and the CSRF token', () => {
  it('the operator calls the operator’s routes', async () => {
    const { page } = await asOperator()
    const made = await page.post('/admin/tenant', { name: 'By the console' })
    expect(made.status).toBe(201)
    expect((await page.get('/metrics')).status).toBe(200)
    expect((await page.delete(`/admin/tenant/${made.body.tenant_id}`)).status).toBe(204)
  })

  it('nobody keeps an answer on its way, for whoever asks next', async () => {
    const { page } = await asOperator()
    for (const path of ['/admin/tenant', `/admin/tenant/${acme.tenantId}/api-token`, '/admin/nowhere']) {
      expect((await page.get(path)).headers.get('cache-control')).toBe('no-store')
    }
    const { page: ofTenant } = await asAcme()
    expect((await ofTenant.get('/user')).headers.get('cache-control')).toBe('no-store')
  })

  it('a tenant calls as its backend, and sees its own alone', async () => {
    const room = await acme.room([await acme.user()])
    const foreign = await umbrella.room([await umbrella.user()])
    const { page } = await asAcme()
    expect((await page.get(`/room/${room}`)).status).toBe(200)
    expect(await page.get(`/room/${foreign}`)).toMatchObject(problem(404, 'room_not_found'))
    expect((await page.post('/user', { display_name: 'By the console' })).status).toBe(201)
    expect(await page.get('/admin/tenant')).toMatchObject(missing)
  })

  it('a tenant looks as one of its users, and as nobody else’s', async () => {
    const [ann, stranger] = [await acme.user(), await umbrella.user()]
    const { page } = await asAcme()
    const as = (userId: string) => page.get('/user/me', { headers: { 'x-acting-user': userId } })
    expect((await as(ann.userId)).body.user_id).toBe(ann.userId)
    expect(await as(stranger.userId)).toMatchObject(problem(401, 'client_key_invalid'))
    expect(await as('x')).toMatchObject(problem(401, 'client_key_invalid'))
    expect(await page.get('/user/me')).toMatchObject(problem(403, 'user_required'))
  })

  it('the operator is nobody of a tenant', async () => {
    const { page } = await asOperator()
    expect(await page.get('/room')).toMatchObject(problem(401, 'token_invalid'))
  })

  it('nobody shows another credential as well', async () => {
    const { page } = await asAcme()
    const others = [
      umbrella.backend.headers,
      acme.backend.headers,
      service.operator.headers,
      { 'x-internal-api-key': acme.apiToken },
    ]
    for (const headers of others) {
      expect(await page.get('/room', { headers })).toMatchObject(problem(400, 'credentials_disagree'))
    }
  })
})

describe('without the page’s own token a cookie is none', () => {
  const shown = async (headers: Record<string, string>, login = asOperator): Promise<unknown> => {
    const { cookie } = await login()
    return withCookie(cookie, headers).get('/admin/tenant')
  }

  it('as when a form of another page sends it', async () => {
    for (const headers of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'a guess' }]) {
      expect(await shown(headers as Record<string, string>)).toMatchObject(missing)
    }
  })

  it('nor is another login’s token good', async () => {
    const { csrfToken } = await asOperator()
    expect(await shown({ 'x-csrf-token': csrfToken })).toMatchObject(missing)
  })

  it.each([otherOrigin, otherSite, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }])(
    'nor does it count from %j',
    async (headers) => {
      const { page } = await asOperator()
      expect(await page.get('/admin/tenant', { headers })).toMatchObject(missing)
    },
  )

  it.each([{ origin: 'https://chat.example' }, { 'sec-fetch-site': 'same-origin', origin: 'http://elsewhere' }])(
    'while it does from %j',
    async (headers) => {
      const { page } = await asOperator()
      expect((await page.get('/admin/tenant', { headers: headers as Record<string, string> })).status).toBe(200)
    },
  )

  it('and it does no harm to who shows a credential of their own', async () => {
    const { cookie } = await asOperator()
    expect((await withCookie(cookie, acme.backend.headers).get('/room')).status).toBe(200)
  })
})

/** With one character of what is sealed changed. */
function tampered(cookie: string): string {
  const at = cookie.lastIndexOf('.') - 5
  return `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`
}
