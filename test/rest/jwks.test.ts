/** Tokens that are checked with keys from the login service's JWKS, which is asked by real HTTP. */
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { badField, noId, problem } from '../support/problems.js'
import { JwksServer, withKeys, withText } from '../support/jwks-server.js'
import { keysOf, meBy, ownToken, register, withPair, withSecret } from '../support/own-tokens.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

const pairs = [withPair('RS256', 'rsa'), withPair('ES256', 'ec'), withPair('EdDSA', 'ed')] as const
const [rsa, ec] = pairs
const keys = pairs.map(({ jwk }) => jwk)
const invalid = problem(401, 'token_invalid')
const unavailable = problem(503, 'unavailable', { retryable: true, retry_after_ms: expect.any(Number) })

let service: Service
let login: JwksServer
let tenant: TestTenant

beforeAll(async () => {
  login = await JwksServer.start()
  service = await startService({ JWKS_PRIVATE_HOSTS: `login.local,${login.host}` })
})
beforeEach(async () => {
  tenant = await service.tenant()
  await register(tenant, { jwks_url: login.url })
  login.answer = withKeys(keys)
  login.asked = 0
})
afterAll(async () => {
  await service?.stop()
  await login.stop()
})

const claims = (of: TestTenant = tenant) => ({ tid: of.tenantId, uid: 'ann' })
const me = (token: string) => meBy(service, token)

it('are taken by each key for its own algorithm, and asked for once', async () => {
  const answers = await Promise.all([...pairs, ...pairs].map((pair) => me(ownToken(pair, claims()))))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(login.asked).toBe(1)
})

it('are refused when they are signed by another key, or for another algorithm', async () => {
  for (const token of [
    ownToken(withPair('ES256', 'ec'), claims()),
    ownToken({ ...rsa, kid: 'ec' }, claims()),
    ownToken({ ...rsa, alg: 'PS256' }, claims()),
    ownToken({ ...rsa, alg: 'none' }, claims()),
    ownToken({ ...withSecret(rsa.pem), kid: 'rsa' }, claims()),
    ownToken({ ...withSecret(JSON.stringify(rsa.jwk)), kid: 'rsa' }, claims()),
  ]) {
    expect(await me(token)).toMatchObject(invalid)
  }
})

it('are never checked with a secret that somebody published there', async () => {
  const secret = Buffer.alloc(32, 7)
  login.answer = withKeys([{ kty: 'oct', kid: 'oct', k: secret.toString('base64url') }, ...keys])
  expect(await me(ownToken({ ...withSecret(secret), kid: 'oct' }, claims()))).toMatchObject(invalid)
  expect((await me(ownToken(rsa, claims()))).status).toBe(200)
})

it('need a kid where several keys would do', async () => {
  const { kid: _, ...nameless } = rsa
  expect((await me(ownToken(nameless, claims()))).status).toBe(200)
  const two = await service.tenant()
  await register(two, { jwks_url: login.url })
  login.answer = withKeys([...keys, withPair('RS256', 'another').jwk])
  expect(await me(ownToken(nameless, claims(two)))).toMatchObject(invalid)
})

describe('that are malformed', () => {
  const { x } = ec.jwk
  const point = { kty: 'EC', crv: 'P-256', alg: 'ES256' }
  const malformed = [
    ['is of no length', { ...point, x: 'AAAA', y: 'AAAA' }],
    ['is not on the curve', { ...point, x, y: x }],
    ['is of no curve', { ...point, crv: 'P-999', x, y: x }],
    ['is short', { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', x: 'AA' }],
    ['cannot sign', { kty: 'OKP', crv: 'X25519', alg: 'EdDSA', x }],
    ['is empty', { kty: 'RSA', alg: 'RS256', n: '', e: '' }],
    ['is no base64', { kty: 'RSA', alg: 'RS256', n: '!!!!', e: 'AQAB' }],
    ['is a number', { kty: 'RSA', alg: 'RS256', n: 1, e: 2 }],
    [
      'is weak',
      { ...generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }), alg: 'RS256' },
    ],
  ] as const

  it.each(malformed)('are nobody’s, and those beside them are good: one that %s', async (_, jwk) => {
    login.answer = withKeys([{ ...jwk, kid: 'bad' }, ...keys])
    const signer = pairs.find(({ alg }) => alg === jwk.alg)!
    expect(await me(ownToken({ ...signer, kid: 'bad' }, claims()))).toMatchObject(invalid)
    expect((await me(ownToken(signer, claims()))).status).toBe(200)
  })
})

it('with kids that nobody knows make it asked no more than once', async () => {
  const tokens = Array.from({ length: 200 }, (_, n) => ownToken({ ...withPair('EdDSA'), kid: `random ${n}` }, claims()))
  expect((await me(ownToken(rsa, claims()))).status).toBe(200)
  for (const answer of await Promise.all(tokens.map(me))) expect(answer).toMatchObject(invalid)
  expect(login.asked).toBe(1)
})

it('are checked beside those of the tenant’s other keys', async () => {
  const secret = 'a secret that only the login service has'
  await register(tenant, { secret })
  expect((await me(ownToken(withSecret(secret), claims()))).status).toBe(200)
  expect(login.asked).toBe(0)
  expect((await me(ownToken(ec, claims()))).status).toBe(200)
})

/** The login service was asked long enough ago. */
const later = (): void => {
  const nowMs = Date.now.bind(Date)
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs() + 60_000)
}
afterEach(() => jest.restoreAllMocks())

describe('503 unavailable', () => {
  it.each([
    ['fails', (response) => response.writeHead(500).end()],
    ['sends one elsewhere', (response) => response.writeHead(302, { location: '/jwks.json' }).end()],
    ['answers no JSON', withText('<html>')],
    ['answers something else', withText('{"keys":{}}')],
    ['answers too much', withText(JSON.stringify({ keys, rest: 'x'.repeat(100_000) }))],
    ['hangs up', (response) => response.destroy()],
  ] as [string, JwksServer['answer']][])(
    'when the login service %s; then it is not asked at once again',
    async (_, answer) => {
      expect((await me(ownToken(rsa, claims()))).status).toBe(200)
      login.answer = answer
      later()
      for (let n = 0; n < 5; n++) expect(await me(ownToken({ ...ec, kid: 'new' }, claims()))).toMatchObject(unavailable)
      expect(login.asked).toBe(2)
      expect((await me(ownToken(rsa, claims()))).status).toBe(200)
    },
  )
})

describe('401 token_invalid', () => {
  it('when the login service never answered: nobody learns of the tenant by it', async () => {
    login.answer = (response) => response.writeHead(500).end()
    const forged = ownToken(withPair('RS256'), { uid: 'ann' })
    const [here, nowhere] = [await meBy(service, forged, tenant.tenantId), await meBy(service, forged, noId())]
    expect(here).toMatchObject(invalid)
    expect({ ...here.body, request_id: '' }).toEqual({ ...nowhere.body, request_id: '' })
    expect(login.asked).toBe(1)
  })

  it('when it does not answer: who waits for it holds up nobody else', async () => {
    login.answer = () => undefined
    let answered = 0
    const waiting = Array.from({ length: 50 }, () => me(ownToken(rsa, claims())).finally(() => answered++))
    const [other, secret] = [await service.tenant(), 'a secret that only the login service has']
    await register(other, { secret })
    await register(tenant, { secret })
    for (const who of [other, tenant]) {
      expect((await me(ownToken(withSecret(secret), claims(who)))).status).toBe(200)
    }
    expect(answered).toBe(0)
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject(invalid)
    expect(login.asked).toBe(1)
  })
})

describe('an internal address', () => {
  let inside: Server
  let connections = 0
  let port: number

  beforeAll(async () => {
    inside = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => inside.listen(0, resolve))
    port = (inside.address() as { port: number }).port
  })
  afterAll(() => inside.close())

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '127.1'])(
    'is not asked: %s',
    async (host) => {
      const other = await service.tenant()
      await register(other, { jwks_url: `https://${host}:${port}/jwks.json` })
      expect(await me(ownToken(rsa, claims(other)))).toMatchObject(invalid)
      expect(connections).toBe(0)
    },
  )

  it('may be named by plain http only where the deployment says so, with its port', async () => {
    for (const jwks_url of [`http://127.0.0.1:${port}/`, 'http://127.0.0.1/', 'http://login.example/']) {
      expect(await service.operator.post(keysOf(tenant), { jwks_url })).toMatchObject(badField('jwks_url'))
    }
    for (const jwks_url of ['http://login.local/', 'http://login.local:8080/']) {
      expect((await service.operator.post(keysOf(tenant), { jwks_url })).status).toBe(201)
    }
  })
})
