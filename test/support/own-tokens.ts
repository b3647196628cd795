/** Tokens as a tenant's own login service mints them. */
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { Rest, type Answer } from './rest.js'
import type { Service, TestTenant } from './service.js'
import { secondsFromNow } from './tokens.js'

/** Signs what the header and the claims of a token say. */
type Signer = (signed: string) => Buffer

export interface LoginService {
  alg: string
  sign: Signer
  kid?: string
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Good for an hour, unless the claims say another thing. */
export function ownToken({ alg, kid, sign: signer }: LoginService, claims: object, header: object = {}): string {
  const head = { alg, typ: 'JWT', ...(kid !== undefined && { kid }), ...header }
  const signed = `${encode(head)}.${encode({ exp: secondsFromNow(3600), ...claims })}`
  return `${signed}.${signer(signed).toString('base64url')}`
}

export const withSecret = (secret: string | Buffer): LoginService => ({
  alg: 'HS256',
  sign: (signed) => createHmac('sha256', secret).update(signed).digest(),
})

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

export interface PairService extends LoginService {
  publicKey: KeyObject
  pem: string
  jwk: Record<string, unknown>
}

/** With a pair of keys of its own. */
export function withPair(alg: keyof typeof pairs, kid?: string): PairService {
  const { publicKey, privateKey } = pairs[alg]()
  const digest = alg === 'EdDSA' ? null : 'sha256'
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  const jwk = { ...publicKey.export({ format: 'jwk' }), ...(kid !== undefined && { kid }), alg, use: 'sig' }
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  return {
    alg,
    ...(kid !== undefined && { kid }),
    sign: (text) => sign(digest, Buffer.from(text), key),
    publicKey,
    pem,
    jwk,
  }
}

export const keysOf = ({ tenantId }: TestTenant): string => `/admin/tenant/${tenantId}/token-key`

/** The key as it is shown. */
export async function register(tenant: TestTenant, key: object): Promise<any> {
  const { status, body } = await tenant.service.operator.post(keysOf(tenant), key)
  if (status !== 201) throw new Error(`no key: ${JSON.stringify(body)}`)
  return body
}

/** As whoever shows this token, on the path of a tenant unless there is none. */
export const by = ({ url }: Service, token: string, tenantId?: string): Rest =>
  new Rest(tenantId === undefined ? url : `${url}/t/${tenantId}`, { authorization: `Bearer ${token}` })

export const meBy = (service: Service, token: string, tenantId?: string): Promise<Answer> =>
  by(service, token, tenantId).get('/user/me')
