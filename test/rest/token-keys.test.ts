/** The keys of tenants' own login services, as the operator registers them. */
import { generateKeyPairSync } from 'node:crypto'
import {
  addressLimitsOn,
  badField,
  countOf,
  itAsksForTheOperator,
  itIsLimitedByAddress,
  noId,
  problem,
  statusesOf,
} from '../support/problems.js'
import { keysOf, meBy, ownToken, register, withPair, withSecret } from '../support/own-tokens.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
const running = () => service
const post = (body: object) => service.operator.post(keysOf(tenant), body)

const secret = 'a secret that only the login service has'
const issuer = () => `https://login.example/${noId()}`
const rsa = withPair('RS256')

beforeAll(async () => {
  service = await startService(addressLimitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
})
afterAll(() => service.stop())

describe('POST /admin/tenant/:tenant_id/token-key', () => {
  describe('201', () => {
    it('answers the key, without its secret', async () => {
      const iss = issuer()
      const answer = await post({
        name: 'login',
        algorithm: 'HS256',
        secret,
        issuer: iss,
        audience: 'chat',
        trusts_roles: true,
      })
      expect(answer.status).toBe(201)
      expect(answer.body).toEqual({
        token_key_id: expect.any(String),
        name: 'login',
        algorithm: 'HS256',
        public_key: null,
        jwks_url: null,
        issuer: iss,
        audience: 'chat',
        trusts_roles: true,
        created_at: expect.any(String),
      })
    })

    it('takes a secret in base64 of either kind', async () => {
      const bytes = Buffer.alloc(32, 0xfb)
      for (const encoding of ['base64', 'base64url'] as const) {
        await register(tenant, { secret: bytes.toString(encoding), secret_encoding: 'base64' })
      }
      const token = ownToken(withSecret(bytes), { uid: '1', tid: tenant.tenantId })
      expect((await meBy(service, token)).status).toBe(200)
    })

    it.each(['RS256', 'ES256', 'EdDSA'] as const)('takes a public key of %s, and says so itself', async (alg) => {
      const { pem, jwk } = withPair(alg)
      for (const public_key of [pem, jwk]) {
        const answer = await post({ public_key })
        expect(answer).toMatchObject({ status: 201, body: { algorithm: alg, public_key: pem, trusts_roles: false } })
      }
    })

    it('takes a second key of the same issuer, also when both come at once: then tokens of both are good', async () => {
      const iss = issuer()
      const [one, two] = [withPair('EdDSA'), withPair('EdDSA')]
      await Promise.all([one, two].map(({ jwk }) => register(tenant, { public_key: jwk, issuer: iss })))
      for (const by of [one, two]) expect((await meBy(service, ownToken(by, { uid: 'ann', iss }))).status).toBe(200)
    })

    it('takes the https address of a JWKS', async () => {
      const jwks_url = 'https://login.example/jwks.json'
      expect(await post({ jwks_url })).toMatchObject({ status: 201, body: { algorithm: null, jwks_url } })
    })
  })

  describe('400', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
    const ownPair = generateKeyPairSync('ed25519').privateKey
    const pemOf = (key: typeof small) => key.export({ type: 'spki', format: 'pem' })

    it.each([
      ['no key', 'secret', {}],
      ['two keys', 'secret', { secret, public_key: rsa.pem }],
      ['a secret of 31 bytes', 'secret', { secret: 'x'.repeat(31) }],
      ['base64 that is none', 'secret', { secret: `${'x'.repeat(80)} !`, secret_encoding: 'base64' }],
      ['base64 of 31 bytes', 'secret', { secret: Buffer.alloc(31).toString('base64'), secret_encoding: 'base64' }],
      ['an encoding of no secret', 'secret_encoding', { public_key: rsa.pem, secret_encoding: 'base64' }],
      ['a public key as a secret’s algorithm', 'algorithm', { secret, algorithm: 'RS256' }],
      ['a public key for HS256', 'algorithm', { public_key: rsa.pem, algorithm: 'HS256' }],
      ['no algorithm', 'algorithm', { secret, algorithm: 'none' }],
      ['a text that is no key', 'public_key', { public_key: 'key' }],
      ['a number for a key', 'public_key', { public_key: 1 }],
      ['null for a key', 'public_key', { public_key: null }],
      ['a short RSA key', 'public_key', { public_key: pemOf(small) }],
      ['another curve', 'public_key', { public_key: pemOf(p384) }],
      ['a private key', 'public_key', { public_key: ownPair.export({ type: 'pkcs8', format: 'pem' }) }],
      ['a private JWK', 'public_key', { public_key: ownPair.export({ format: 'jwk' }) }],
      ['a secret as a JWK', 'public_key', { public_key: { kty: 'oct', k: Buffer.alloc(32).toString('base64url') } }],
      ['a JWK of another algorithm', 'public_key', { public_key: { ...rsa.jwk, alg: 'PS256' } }],
      ['plain http', 'jwks_url', { jwks_url: 'http://login.example/jwks.json' }],
      ['a file', 'jwks_url', { jwks_url: 'file:///etc/passwd' }],
      ['an address with a password', 'jwks_url', { jwks_url: 'https://a:b@login.example/jwks.json' }],
      ['an algorithm of a JWKS', 'algorithm', { jwks_url: 'https://login.example/', algorithm: 'RS256' }],
      ['an audience of nothing', 'audience', { secret, audience: '' }],
      ['an issuer of nothing', 'issuer', { secret, issuer: '' }],
    ])('refuses %s, and keeps nothing', async (_, field, body) => {
      expect(await post(body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'token_keys')).toBe(0)
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.post(keysOf(tenant), { secret }))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.post(`/admin/tenant/${noId()}/token-key`, { secret })
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('409', () => {
    it('gives an issuer to one tenant alone, also when two ask at once', async () => {
      const body = { secret, issuer: issuer() }
      const tenants = [tenant, await service.tenant()]
      const answers = await Promise.all(tenants.map((one) => service.operator.post(keysOf(one), body)))
      expect(statusesOf(answers)).toEqual([201, 409])
      const loser = tenants[answers.findIndex(({ status }) => status === 409)]!
      expect(await service.operator.post(keysOf(loser), body)).toMatchObject(problem(409, 'issuer_taken'))
      expect(await countOf(loser, 'token_keys')).toBe(0)
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.post(keysOf(tenant), { secret }))
  })
})

describe('GET /admin/tenant/:tenant_id/token-key', () => {
  describe('200', () => {
    it('lists the keys of this tenant by pages, without their secrets', async () => {
      const made = [await register(tenant, { secret }), await register(tenant, { public_key: rsa.jwk })]
      await register(await service.tenant(), { secret })
      const first = (await service.operator.get(`${keysOf(tenant)}?limit=1`)).body
      const rest = (await service.operator.get(`${keysOf(tenant)}?cursor=${first.next_cursor}`)).body
      expect([...first.items, ...rest.items]).toEqual(made)
      expect(rest.next_cursor).toBeNull()
      expect(JSON.stringify([first, rest])).not.toContain(secret)
    })
  })

  describe('400', () => {
    it('refuses a cursor that is none', async () => {
      const answer = await service.operator.get(`${keysOf(tenant)}?cursor=none`)
      expect(answer).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get(keysOf(tenant)))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.get(`/admin/tenant/${noId()}/token-key`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get(keysOf(tenant)))
  })
})

describe('DELETE /admin/tenant/:tenant_id/token-key/:token_key_id', () => {
  const remove = (id: string) => service.operator.delete(`${keysOf(tenant)}/${id}`)

  describe('204', () => {
    it('refuses its tokens from then on, and those of no other key', async () => {
      const [going, staying] = [withSecret(secret), withPair('EdDSA')]
      const { token_key_id } = await register(tenant, { secret })
      await register(tenant, { public_key: staying.jwk })
      const claims = { uid: 'ann', tid: tenant.tenantId }
      expect((await meBy(service, ownToken(going, claims))).status).toBe(200)
      expect(await remove(token_key_id)).toMatchObject({ status: 204, body: '' })
      expect(await meBy(service, ownToken(going, claims))).toMatchObject(problem(401, 'token_invalid'))
      expect((await meBy(service, ownToken(staying, claims))).status).toBe(200)
    })

    it('leaves the issuer to others with its last key, and not before', async () => {
      const body = { secret, issuer: issuer() }
      const other = await service.tenant()
      const keys = [await register(tenant, body), await register(tenant, body)]
      const byOther = () => service.operator.post(keysOf(other), body)
      for (const { token_key_id } of keys) {
        expect(await byOther()).toMatchObject(problem(409, 'issuer_taken'))
        await remove(token_key_id)
      }
      expect((await byOther()).status).toBe(201)
    })

    it('keeps the issuer of a key that comes at the same time', async () => {
      const iss = issuer()
      for (let n = 0; n < 20; n++) {
        const { token_key_id } = await register(tenant, { secret, issuer: iss })
        const [made] = await Promise.all([register(tenant, { secret, issuer: iss }), remove(token_key_id)])
        expect((await meBy(service, ownToken(withSecret(secret), { uid: 'ann', iss }))).status).toBe(200)
        await remove(made.token_key_id)
      }
    })

    it('ends the sockets that live by it, and no others', async () => {
      const { token_key_id } = await register(tenant, { secret })
      const other = withPair('EdDSA')
      await register(tenant, { public_key: other.jwk })
      const [live, ours] = [withSecret(secret), other].map((by) => ownToken(by, { uid: 'ann', tid: tenant.tenantId }))
      const ending = await service.socket({ auth: { token: live! } })
      const staying = await service.socket({ auth: { token: ours! } })
      const ended = ending.disconnected()
      await remove(token_key_id)
      await ended
      const room_id = await tenant.room([])
      expect(await staying.ask('leave_room', { room_id })).toMatchObject({ ok: true })
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await remove('acme')).toMatchObject(badField('token_key_id'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.delete(`${keysOf(tenant)}/${noId()}`))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.delete(`/admin/tenant/${noId()}/token-key/${noId()}`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })

    it('knows no such key, nor one of another tenant, nor one that is gone', async () => {
      const { token_key_id } = await register(await service.tenant(), { secret })
      const mine = await register(tenant, { secret })
      await remove(mine.token_key_id)
      for (const id of [noId(), token_key_id, mine.token_key_id]) {
        expect(await remove(id)).toMatchObject(problem(404, 'token_key_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.delete(`${keysOf(tenant)}/${noId()}`))
  })
})
