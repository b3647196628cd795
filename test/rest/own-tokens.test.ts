/** Tokens that a tenant's own login service minted (seed 000): who is let in by them, and as whom. */
import { createHmac } from 'node:crypto'
import { noId, problem } from '../support/problems.js'
import { by, keysOf, meBy, ownToken, register, withPair, withSecret } from '../support/own-tokens.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { secondsFromNow } from '../support/tokens.js'

const secret = 'a secret that only the login service has'
const login = withSecret(secret)
const pair = withPair('RS256')
const invalid = problem(401, 'token_invalid')

let service: Service
let tenant: TestTenant
let other: TestTenant

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  ;[tenant, other] = await Promise.all([service.tenant(), service.tenant()])
  await register(tenant, { secret })
})
afterAll(() => service.stop())

const mine = (claims: object, header?: object) => ownToken(login, { tid: tenant.tenantId, ...claims }, header)
const me = (token: string, tenantId?: string) => meBy(service, token, tenantId)

describe('whoever is named', () => {
  it('is made by the first sight, and found by the next', async () => {
    const first = await me(mine({ uid: 'customer-42', uname: 'Ann' }))
    expect(first).toMatchObject({
      status: 200,
      body: { external_id: 'customer-42', display_name: 'Ann', username: null, role: 'user', status: 'active' },
    })
    const again = await me(mine({ uid: 'customer-42', uname: 'Anna' }))
    expect(again.body).toEqual(first.body)
  })

  it('is who the backend made with this external_id', async () => {
    const ann = await tenant.user({ external_id: 'ann' })
    expect((await me(mine({ uid: 'ann' }))).body.user_id).toBe(ann.userId)
  })

  it('is one user, however many of their tokens come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => me(mine({ uid: 'ann', jti: noId() }))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.user_id)).size).toBe(1)
  })

  it('is another user in another tenant', async () => {
    await register(other, { secret })
    const [here, there] = [tenant, other].map(({ tenantId: tid }) => me(ownToken(login, { tid, uid: 'ann' })))
    expect((await here!).body.user_id).not.toBe((await there!).body.user_id)
  })

  it.each([
    ['sub, without a uid', { sub: 'ann' }, 'ann'],
    ['a number', { uid: 42 }, '42'],
    ['uid before sub', { uid: 'ann', sub: 'bob' }, 'ann'],
    ['an emoji', { uid: '🙂' }, '🙂'],
    ['what is a UUID', { uid: '019A9F40-11a2-7e0b-a7c3-5b0f7f3e9d31' }, '019A9F40-11a2-7e0b-a7c3-5b0f7f3e9d31'],
    ['a name of a prototype', { uid: '__proto__' }, '__proto__'],
  ])('may be named by %s', async (_, claims, external_id) => {
    expect(await me(mine(claims))).toMatchObject({ status: 200, body: { external_id } })
  })

  it.each([
    ['nobody', {}],
    ['nothing', { uid: '' }],
    ['null', { uid: null }],
    ['a list', { uid: ['ann'] }],
    ['half a number', { uid: 1.5 }],
    ['a long id', { uid: 'x'.repeat(201) }],
    ['U+0000', { uid: 'a\u0000' }],
    ['half a pair', { uid: '\ud83d' }],
  ])('is refused if they are %s', async (_, claims) => {
    expect(await me(mine(claims))).toMatchObject(invalid)
  })

  it.each([
    ['is cut when it is long', '🙂'.repeat(300), '🙂'.repeat(200)],
    ['is none when it cannot be kept', 'a\u0000', null],
    ['is none when it is no text', 7, null],
    ['is none when it is empty', '', null],
  ])('has a name that %s', async (_, uname, display_name) => {
    expect(await me(mine({ uid: 'ann', uname }))).toMatchObject({ status: 200, body: { display_name } })
  })

  it('is refused while they are locked', async () => {
    const { user_id } = (await me(mine({ uid: 'ann' }))).body
    await tenant.backend.delete(`/user/${user_id}`)
    expect(await me(mine({ uid: 'ann' }))).toMatchObject(problem(403, 'user_locked'))
  })

  it('is refused while the tenant is suspended', async () => {
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
    expect(await me(mine({ uid: 'ann' }))).toMatchObject(problem(403, 'tenant_suspended'))
  })

  it('may chat over a socket like anybody, and go on under a newer token', async () => {
    const token = mine({ uid: 'ann', uname: 'Ann' })
    const room_id = (await by(service, token).post('/room', { name: 'A room' })).body.room_id
    const socket = await service.socket({ auth: { token } })
    await socket.ask('join_room', { room_id })
    const sent = await socket.ask('send_message', { room_id, text_message: 'Hi' })
    expect(sent).toMatchObject({ ok: true, message: { sender: { display_name: 'Ann' } } })
    const exp = secondsFromNow(7200)
    const renewed = await socket.ask('refresh_token', { token: ownToken(login, { uid: 'ann', exp }) })
    expect(renewed).toMatchObject({ ok: true, expires_at: new Date((exp + 5) * 1000).toISOString() })
    expect(await socket.ask('refresh_token', { token: mine({ uid: 'ann', exp: undefined }) })).toMatchObject({
      ok: true,
      expires_at: null,
    })
    const another = await socket.ask('refresh_token', { token: mine({ uid: 'bob' }) })
    expect(another).toMatchObject({ ok: false, error: { code: 'credentials_disagree' } })
  })
})

describe('the signature', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('of %s is checked with the public key', async (alg) => {
    const [good, bad] = [withPair(alg), withPair(alg)]
    await register(tenant, { public_key: good.pem })
    const claims = { tid: tenant.tenantId, uid: 'ann' }
    expect((await me(ownToken(good, claims))).status).toBe(200)
    expect(await me(ownToken(bad, claims))).toMatchObject(invalid)
  })

  it('is asked for: none, another secret’s and a broken one are nobody’s', async () => {
    const good = mine({ uid: 'ann' })
    const [head, payload, signature] = good.split('.') as [string, string, string]
    const none = { ...login, alg: 'none', sign: () => Buffer.alloc(0) }
    const changed = Buffer.from(JSON.stringify({ tid: tenant.tenantId, uid: 'bob' })).toString('base64url')
    for (const token of [
      ownToken(none, { tid: tenant.tenantId, uid: 'ann' }),
      ownToken({ ...none, alg: 'None' }, { tid: tenant.tenantId, uid: 'ann' }),
      ownToken(withSecret(`${secret}x`), { tid: tenant.tenantId, uid: 'ann' }),
      `${head}.${payload}.`,
      `${head}.${payload}`,
      `${head}.${changed}.${signature}`,
      `${good}.${signature}`,
    ]) {
      expect(await me(token)).toMatchObject(invalid)
    }
    expect((await me(good)).status).toBe(200)
  })

  it('is never checked with a public key as if it were a secret', async () => {
    await register(other, { public_key: pair.pem })
    const claims = { tid: other.tenantId, uid: 'ann' }
    const der = pair.publicKey.export({ type: 'spki', format: 'der' })
    for (const key of [pair.pem, pair.pem.trim(), der, JSON.stringify(pair.jwk), String(pair.jwk['n'])]) {
      expect(await me(ownToken(withSecret(key), claims))).toMatchObject(invalid)
    }
    expect((await me(ownToken(pair, claims))).status).toBe(200)
  })

  it('has the algorithm of the key, not of the header', async () => {
    const claims = { tid: tenant.tenantId, uid: 'ann' }
    const hs512 = { alg: 'HS512', sign: (text: string) => createHmac('sha512', secret).update(text).digest() }
    expect(await me(ownToken(hs512, claims))).toMatchObject(invalid)
    for (const alg of ['HS512', 'RS256', 'ES256', 'hs256', '', 'none']) {
      expect(await me(ownToken(login, claims, { alg }))).toMatchObject(invalid)
    }
    for (const header of [{ alg: undefined }, { alg: ['HS256'] }, { crit: ['exp'] }, { b64: false, crit: ['b64'] }]) {
      expect(await me(ownToken(login, claims, header))).toMatchObject(invalid)
    }
  })

  it('counts, and no key that the token brings along', async () => {
    const stranger = withPair('RS256')
    for (const header of [{ jwk: stranger.jwk }, { jku: 'https://evil.example/' }, { x5u: 'https://evil.example/' }]) {
      expect(await me(ownToken(stranger, { tid: tenant.tenantId, uid: 'ann' }, header))).toMatchObject(invalid)
    }
  })

  it.each(['\u0000', '../../x', 'x'.repeat(5000), '', "' OR 1=1"])('may name any kid: %j', async (kid) => {
    expect((await me(mine({ uid: 'ann' }, { kid }))).status).toBe(200)
  })

  it('of a token that is huge is not even looked at', async () => {
    expect(await me(mine({ uid: 'ann', x: 'x'.repeat(9000) }))).toMatchObject(invalid)
    expect((await me(mine({ uid: 'ann', x: 'x'.repeat(3000) }))).status).toBe(200)
  })
})

it.each([
  ['it', 'chat', 200],
  ['it among others', ['shop', 'chat'], 200],
  ['another', 'shop', 401],
  ['others', ['shop', 'chats'], 401],
  ['none', undefined, 401],
  ['a number', 7, 401],
])('the audience must be that of the key, if it has one: %s', async (_, aud, status) => {
  await register(tenant, { public_key: pair.jwk, audience: 'chat' })
  expect((await me(ownToken(pair, { tid: tenant.tenantId, uid: 'ann', aud }))).status).toBe(status)
  expect((await me(mine({ uid: 'ann', aud }))).status).toBe(200)
})

describe('the tenant', () => {
  const claims = { uid: 'ann' }

  it('is that of the path, if the token names no other', async () => {
    await register(other, { secret })
    for (const tid of [undefined, 'of something else', tenant.tenantId, tenant.tenantId.toUpperCase()]) {
      const token = ownToken(login, { ...claims, tid })
      expect((await me(token, tenant.tenantId)).status).toBe(200)
      expect((await me(token, tenant.tenantId.toUpperCase())).status).toBe(200)
      expect(await me(token, noId())).toMatchObject(invalid)
    }
    for (const tid of [other.tenantId, noId()]) {
      expect(await me(ownToken(login, { ...claims, tid }), tenant.tenantId)).toMatchObject(invalid)
    }
  })

  it('is that of the tid, and then of no issuer', async () => {
    const issuer = `https://${noId()}.example`
    await register(tenant, { public_key: pair.jwk, issuer })
    expect((await me(ownToken(pair, { ...claims, iss: issuer, tid: tenant.tenantId }))).status).toBe(200)
    for (const tid of [other.tenantId, noId()]) {
      expect(await me(ownToken(pair, { ...claims, iss: issuer, tid }))).toMatchObject(invalid)
    }
  })

  it('is that of the issuer, which the token must then have', async () => {
    const issuer = `https://${noId()}.example`
    await register(tenant, { public_key: pair.jwk, issuer })
    expect((await me(ownToken(pair, { ...claims, iss: issuer }))).status).toBe(200)
    expect((await me(ownToken(pair, { ...claims, iss: issuer, tid: 'of something else' }))).status).toBe(200)
    for (const iss of [undefined, `${issuer}/`, 'a\u0000', [issuer], 'x'.repeat(600)]) {
      expect(await me(ownToken(pair, { ...claims, iss }), tenant.tenantId)).toMatchObject(invalid)
    }
  })

  it('is nobody’s if nothing names it', async () => {
    expect(await me(ownToken(login, claims))).toMatchObject(invalid)
  })

  it('is the default one if nothing names another, and its keys alone are tried', async () => {
    const node = await service.another({ DEFAULT_TENANT: tenant.tenantId.toUpperCase() })
    try {
      const stranger = withSecret('x'.repeat(32))
      await register(other, { secret: 'x'.repeat(32) })
      expect(await meBy(node, ownToken(login, claims))).toMatchObject({ status: 200 })
      expect(await meBy(node, ownToken(login, { ...claims, iss: 'nobody’s' }))).toMatchObject({ status: 200 })
      expect(await meBy(node, ownToken(stranger, claims))).toMatchObject(invalid)
      expect(await meBy(node, ownToken(stranger, { ...claims, tid: other.tenantId }))).toMatchObject({ status: 200 })
    } finally {
      await node.stop()
    }
  })

  it('is never one whose key it is not', async () => {
    await register(other, { secret: 'y'.repeat(32) })
    const theirs = { ...claims, tid: other.tenantId }
    const answers = [await me(ownToken(login, theirs)), await me(ownToken(login, { ...theirs, tid: noId() }))]
    for (const answer of answers) expect(answer).toMatchObject(invalid)
    expect(answers[0]!.body.detail).toBe(answers[1]!.body.detail)
    const { body } = await service.operator.get(keysOf(tenant))
    expect(body.items).toHaveLength(1)
  })
})

describe('with other credentials', () => {
  it('all must name the same caller', async () => {
    const token = mine({ uid: 'ann' })
    const { user_id } = (await me(token)).body
    const bob = await tenant.user()
    const both = (userId: string) =>
      service.anyone.as({ authorization: `Bearer ${token}`, clientKey: `${tenant.apiToken}.${userId}` }).get('/user/me')
    expect((await both(user_id)).status).toBe(200)
    expect(await both(bob.userId)).toMatchObject(problem(400, 'credentials_disagree'))
  })

  it('in the query it is none', async () => {
    const answer = await service.anyone.get(`/user/me?token=${mine({ uid: 'ann' })}`)
    expect(answer).toMatchObject(problem(401, 'credentials_missing'))
  })
})
