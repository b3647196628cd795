/** Every credential of this release by REST: what it makes of the caller, and how it is refused. */
import { createHmac } from 'node:crypto'
import { noId, problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { forged, resigned, secondsFromNow } from '../support/tokens.js'

let service: Service
let tenant: TestTenant
let other: TestTenant
let ann: TestUser
let bob: TestUser
let foreigner: TestUser

async function freshTenant(): Promise<void> {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
}

beforeAll(async () => {
  service = await startService()
  other = await service.tenant()
  foreigner = await other.user()
  await freshTenant()
})
afterAll(() => service.stop())

const asking = (headers: Record<string, string>): Promise<Answer> => service.anyone.as(headers).get('/user/me')
const byKey = (clientKey: string) => asking({ clientKey })
const byToken = (token: string) => asking({ authorization: `Bearer ${token}` })
const suspend = (status: string) => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status })
const rotate = (overlap_seconds: number) =>
  service.operator.post(`/admin/tenant/${tenant.tenantId}/signing-key`, { overlap_seconds })

/** Everything of an answer but what names the request. */
const shown = ({ status, body: { request_id: _, ...body } }: Answer) => ({ status, body })

describe('no credential', () => {
  it('is told that one is missing, and of what scheme', async () => {
    const answer = await asking({})
    expect(answer).toMatchObject(problem(401, 'credentials_missing', { retryable: false }))
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('clientKey: <api_token>', () => {
  it('is the tenant’s backend, and no user', async () => {
    expect(await tenant.backend.get(`/user/${ann.userId}`)).toMatchObject({ status: 200, body: { email: null } })
    expect(await byKey(tenant.apiToken)).toMatchObject(problem(403, 'user_required'))
  })

  it.each([
    ['empty', () => ''],
    ['of our form, but nobody’s', () => `parley_${'A'.repeat(43)}`],
    ['one character short', () => tenant.apiToken.slice(0, -1)],
    ['one character too long', () => `${tenant.apiToken}A`],
    ['without its prefix', () => tenant.apiToken.slice(7)],
    ['in other letters', () => tenant.apiToken.toUpperCase()],
    ['sent twice', () => `${tenant.apiToken},${tenant.apiToken}`],
    ['the operator’s key', () => adminKey],
    ['a user’s JWT', () => ann.token.replaceAll('.', '-')],
  ])('is refused when it is %s', async (_, clientKey) => {
    expect(await byKey(clientKey())).toMatchObject(problem(401, 'client_key_invalid'))
  })

  it('is no Bearer token', async () => {
    expect(await byToken(tenant.apiToken)).toMatchObject(problem(401, 'token_invalid'))
  })
})

describe('clientKey: <api_token>.<user_id>', () => {
  it('is that user, on the backend’s word', async () => {
    expect(await byKey(ann.clientKey)).toMatchObject({ status: 200, body: { user_id: ann.userId } })
    const inCapitals = `${tenant.apiToken}.${ann.userId.toUpperCase()}`
    expect(await byKey(inCapitals)).toMatchObject({ status: 200, body: { user_id: ann.userId } })
  })

  it('has the user’s rights, not the backend’s', async () => {
    const answer = await service.anyone.as({ clientKey: ann.clientKey }).post('/user', {})
    expect(answer).toMatchObject(problem(403, 'backend_required'))
  })

  it.each([
    ['one dot too many', () => `${ann.clientKey}.`],
    ['a second user', () => `${ann.clientKey}.${bob.userId}`],
    ['nothing after the dot', () => `${tenant.apiToken}.`],
    ['nothing before the dot', () => `.${ann.userId}`],
    ['no UUID after the dot', () => `${tenant.apiToken}.ann`],
    ['a user whom nobody made', () => `${tenant.apiToken}.${noId()}`],
    ['another tenant’s API token', () => `${other.apiToken}.${ann.userId}`],
  ])('is refused with %s', async (_, clientKey) => {
    expect(await byKey(clientKey())).toMatchObject(problem(401, 'client_key_invalid'))
  })

  it('tells nothing of another tenant’s user', async () => {
    const theirs = await byKey(`${tenant.apiToken}.${foreigner.userId}`)
    expect(shown(theirs)).toEqual(shown(await byKey(`${tenant.apiToken}.${noId()}`)))
  })
})

describe('Authorization: Bearer <jwt>', () => {
  it('is that user, however the scheme is spelt', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const answer = await asking({ authorization: `${scheme} ${ann.token}` })
      expect(answer).toMatchObject({ status: 200, body: { user_id: ann.userId } })
    }
  })

  it('says when it has expired: a new one helps', async () => {
    const token = await resigned(ann, { exp: secondsFromNow(-1) })
    expect(await byToken(token)).toMatchObject(problem(401, 'token_expired'))
  })

  it.each<[string, () => string | Promise<string>]>([
    ['is empty', () => ''],
    ['is no JWT', () => 'a.b.c'],
    ['has other claims than were signed', () => forged(ann, {}, { sub: bob.userId })],
    ['names another tenant than was signed', () => forged(ann, {}, { tid: other.tenantId })],
    ['would live longer than was signed', () => forged(ann, {}, { exp: secondsFromNow(1e6) })],
    ['is not signed at all', () => forged(ann, { alg: 'none' }, {}).replace(/[^.]*$/, '')],
    ['says alg none beside a signature', () => forged(ann, { alg: 'none' }, {})],
    ['says another algorithm', () => forged(ann, { alg: 'RS256' }, {})],
    ['says another algorithm of the same key', () => forged(ann, { alg: 'HS512' }, {})],
    ['names no key', () => forged(ann, { kid: undefined }, {})],
    ['names a key that is a path', () => forged(ann, { kid: '../../dev/null' }, {})],
    ['is signed by the operator’s key', () => signedBy(adminKey, ann.token)],
    ['is signed by nothing', () => signedBy('', ann.token)],
    ['is of a user whom nobody made', () => resigned(ann, { sub: noId() })],
    ['is of another tenant’s user', () => resigned(ann, { sub: foreigner.userId })],
    ['has lost its end', () => ann.token.slice(0, -2)],
  ])('is refused when it %s', async (_, token) => {
    expect(await byToken(await token())).toMatchObject(problem(401, 'token_invalid'))
  })

  it.each<[string, () => Promise<string>]>([
    // Signed by the other tenant, in order to be ours; and the other way round.
    ['in our name by another tenant’s key', () => resigned(foreigner, { tid: tenant.tenantId, sub: ann.userId })],
    ['in another tenant’s name by our key', () => resigned(ann, { tid: other.tenantId, sub: foreigner.userId })],
  ])('is refused %s', async (_, token) => {
    expect(await byToken(await token())).toMatchObject(problem(401, 'token_invalid'))
  })

  it('is not taken in another scheme', async () => {
    for (const authorization of [`Basic ${ann.token}`, ann.token, `Bearer${ann.token}`, `Bearer ${ann.token} x`]) {
      expect(await asking({ authorization })).toMatchObject(problem(401, 'token_invalid'))
    }
  })

  it('is not taken from the address', async () => {
    expect(await service.anyone.get(`/user?token=${ann.token}`)).toMatchObject(problem(401, 'credentials_missing'))
  })
})

function signedBy(secret: string, token: string): string {
  const signed = token.split('.').slice(0, 2).join('.')
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

describe('two credentials', () => {
  it('may name the same user', async () => {
    const answer = await asking({ clientKey: ann.clientKey, authorization: `Bearer ${ann.token}` })
    expect(answer).toMatchObject({ status: 200, body: { user_id: ann.userId } })
  })

  it.each([
    ['different users', () => [ann.clientKey, bob.token]],
    ['different tenants', () => [foreigner.clientKey, ann.token]],
    ['a backend and its user', () => [tenant.apiToken, ann.token]],
    ['a backend and another’s user', () => [other.apiToken, ann.token]],
  ])('are refused when they name %s', async (_, both) => {
    const [clientKey, token] = both() as [string, string]
    const answer = await asking({ clientKey, authorization: `Bearer ${token}` })
    expect(answer).toMatchObject(problem(400, 'credentials_disagree'))
  })

  it('must both be good', async () => {
    const badToken = { clientKey: ann.clientKey, authorization: 'Bearer a.b.c' }
    const badKey = { clientKey: 'a', authorization: `Bearer ${ann.token}` }
    expect(await asking(badToken)).toMatchObject(problem(401, 'token_invalid'))
    expect(await asking(badKey)).toMatchObject(problem(401, 'client_key_invalid'))
  })
})

describe('a rotated signing key', () => {
  beforeEach(freshTenant)

  it('is good for its overlap, and no longer', async () => {
    await rotate(3600)
    expect((await byToken(ann.token)).status).toBe(200)
    const carol = await tenant.user()
    await rotate(0)
    expect(await byToken(carol.token)).toMatchObject(problem(401, 'token_invalid'))
  })

  it('is no word on the backend’s own credentials', async () => {
    await rotate(0)
    expect((await byKey(ann.clientKey)).status).toBe(200)
  })
})

const revoke = async (query: string) => {
  const tokens = `/admin/tenant/${tenant.tenantId}/api-token`
  const { api_token_id } = (await service.operator.get(tokens)).body.items[0]
  await service.operator.delete(`${tokens}/${api_token_id}${query}`)
}

describe('a revoked API token', () => {
  beforeEach(freshTenant)

  it('is refused, alone and for a user; the JWTs that it minted live on', async () => {
    await revoke('')
    expect(await tenant.backend.get('/user')).toMatchObject(problem(401, 'client_key_invalid'))
    expect(await byKey(ann.clientKey)).toMatchObject(problem(401, 'client_key_invalid'))
    expect((await byToken(ann.token)).status).toBe(200)
  })

  it('takes with ?tokens=true the JWTs that it minted with it', async () => {
    await revoke('?tokens=true')
    expect(await byToken(ann.token)).toMatchObject(problem(401, 'token_revoked'))
  })
})

const setStatus = (status: string) => tenant.backend.patch(`/user/${ann.userId}`, { status })

describe('a locked user', () => {
  beforeEach(freshTenant)

  it.each(['not_active', 'delete'])(
    '(%s) is refused by every credential; afterwards old JWTs stay revoked',
    async (s) => {
      await setStatus(s)
      expect(await byToken(ann.token)).toMatchObject(problem(403, 'user_locked'))
      expect(await byKey(ann.clientKey)).toMatchObject(problem(403, 'user_locked'))
      expect((await byToken(bob.token)).status).toBe(200)
      await setStatus('active')
      expect(await byToken(ann.token)).toMatchObject(problem(401, 'token_revoked'))
      expect((await byKey(ann.clientKey)).status).toBe(200)
      const { token } = (await tenant.backend.post(`/auth/${ann.userId}`)).body
      expect((await byToken(token)).status).toBe(200)
    },
  )
})

describe('a suspended tenant', () => {
  beforeEach(freshTenant)

  it('is refused by every credential, until it is active again', async () => {
    const all = () => [tenant.backend.get('/user'), byKey(ann.clientKey), byToken(ann.token)]
    await suspend('suspended')
    for (const answer of await Promise.all(all())) expect(answer).toMatchObject(problem(403, 'tenant_suspended'))
    expect((await byToken(foreigner.token)).status).toBe(200)
    await suspend('active')
    for (const answer of await Promise.all(all())) expect(answer.status).toBe(200)
  })
})

describe('Authorization: Bearer <ADMIN_KEY>', () => {
  it('is the operator, who is nobody in a tenant', async () => {
    expect((await service.operator.get('/admin/tenant')).status).toBe(200)
    expect(await service.operator.get('/user')).toMatchObject(problem(401, 'token_invalid'))
  })

  it.each(['', 'x', adminKey.slice(0, -1), `${adminKey}x`, adminKey.toUpperCase()])('is not %j', async (key) => {
    const answer = await service.anyone.as({ authorization: `Bearer ${key}` }).get('/admin/tenant')
    expect(answer).toMatchObject(problem(401, 'admin_key_invalid'))
  })

  describe('where none is set', () => {
    let keyless: Service
    beforeAll(async () => {
      keyless = await startService({ ADMIN_KEY: '' })
    })
    afterAll(() => keyless.stop())

    it.each(['', 'undefined', 'null'])('is not %j either', async (key) => {
      const answer = await keyless.anyone.as({ authorization: `Bearer ${key}` }).get('/admin/tenant')
      expect(answer).toMatchObject(problem(401, 'admin_key_invalid'))
    })
  })
})
