/** Reads what an operator registers as a key: each is for one algorithm, which no token can change. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { ChatError } from '../contract/errors.js'
import type { TokenAlgorithm } from '../contract/views.js'
import type { NewTokenKey } from './token-key.entity.js'
import type { RegisterTokenKeyDto } from './token-keys.dto.js'

export type KeyMaterial = Pick<NewTokenKey, 'algorithm' | 'secret' | 'public_key' | 'jwks_url'>

const leastSecretBytes = 32
const leastModulusBits = 2048

const refuse = (field: string, message: string): never => {
  throw new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })
}

/** `isPrivate`: may this host be asked by plain http? Throws `validation_failed`. */
export function readKeyMaterial(input: RegisterTokenKeyDto, isPrivate: (url: URL) => boolean): KeyMaterial {
  const { secret, public_key, jwks_url, secret_encoding } = input
  const given = [secret, public_key, jwks_url].filter((part) => part !== undefined)
  if (given.length !== 1) refuse('secret', 'or public_key or jwks_url must be said, and only one of them')
  if (secret === undefined && secret_encoding !== undefined) refuse('secret_encoding', 'is only for a secret')
  const material = { secret: null, public_key: null, jwks_url: null }
  if (jwks_url !== undefined) return { ...material, ...readAddress(jwks_url, input.algorithm, isPrivate) }
  const key = secret === undefined ? readPublic(public_key) : readSecret(secret, secret_encoding)
  if (input.algorithm && input.algorithm !== key.algorithm) refuse('algorithm', `is ${key.algorithm} with this key`)
  return { ...material, ...key }
}

function readSecret(text: string, encoding: BufferEncoding = 'utf8') {
  const secret = Buffer.from(text, encoding)
  const isWhole = encoding === 'utf8' || /^[\w+/-]+={0,2}$/.test(text)
  if (!isWhole) refuse('secret', 'must be base64')
  if (secret.length < leastSecretBytes) refuse('secret', `must have ${leastSecretBytes} bytes or more`)
  return { algorithm: 'HS256' as const, secret }
}

function readPublic(shown: unknown) {
  const key = parsePublic(shown)
  const algorithm = key && algorithmOf(key)
  if (!algorithm) return refuse('public_key', 'must be a public key of RSA (2048 bits or more), P-256 or Ed25519')
  const said = typeof shown === 'object' ? (shown as { alg?: unknown }).alg : undefined
  if (said !== undefined && said !== algorithm) refuse('public_key', `has an alg that is not ${algorithm}`)
  return { algorithm, public_key: key.export({ type: 'spki', format: 'pem' }) as string }
}

/** null if it is none; so is a private key, which is to stay where it is. */
function parsePublic(shown: unknown): KeyObject | null {
  try {
    if (typeof shown === 'string') return /PRIVATE/.test(shown) ? null : createPublicKey(shown)
    if (typeof shown !== 'object' || shown === null || 'd' in shown) return null
    return createPublicKey({ key: shown as JsonWebKey, format: 'jwk' })
  } catch {
    return null
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): TokenAlgorithm | null {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA'
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : null
  const isLong = (asymmetricKeyDetails?.modulusLength ?? 0) >= leastModulusBits
  return asymmetricKeyType === 'rsa' && isLong ? 'RS256' : null
}

function readAddress(jwks_url: string, algorithm: string | undefined, isPrivate: (url: URL) => boolean) {
  const url = new URL(jwks_url)
  if (algorithm !== undefined) refuse('algorithm', 'is said by each key of a JWKS')
  if (url.protocol !== 'https:' && !isPrivate(url)) refuse('jwks_url', 'must be an https URL')
  if (url.username || url.password) refuse('jwks_url', 'must not hold a password')
  return { algorithm: null, jwks_url }
}
