/** Making and comparing what must not be guessed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `parley_` and 256 random bits in base64url, which has no `.`. */
export const newApiToken = (): string => `parley_${randomBytes(32).toString('base64url')}`

export const isApiToken = (text: string): boolean => /^parley_[\w-]{43}$/.test(text)

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In a time that tells nothing of how much of it was right, nor of how long the expected one is. */
export const sameSecret = (shown: string, expected: string): boolean => timingSafeEqual(sha256(shown), sha256(expected))

export const newSigningKey = (): { kid: string; secret: Buffer } => ({
  kid: randomBytes(8).toString('base64url'),
  secret: randomBytes(32),
})
