/** What a checked token of a tenant's own says, in our words. */
import { createHash } from 'node:crypto'
import { isUUID } from 'class-validator'
import type { JWTPayload } from 'jose'
import { roles, type Person, type Role } from '../contract/actor.js'
import { isStorable } from '../contract/input.js'
import { invalidToken } from './peek.js'

export interface OwnClaims {
  externalId: string
  name: string | null
  /** What counts where the key is trusted with roles; null: nothing. */
  role: Role | null
  streamRole: Person['streamRole']
  tokenId: string
  /** null: it does not say when it was made. */
  issuedAtMs: number | null
  /** null: it does not end by itself. */
  expiresAtMs: number | null
}

const maxId = 200
const maxName = 200

/** Further than a date can be said. */
const lastMs = Date.UTC(9999, 11, 31)

/** For how long clocks may disagree. */
export const leewayS = 5

/** Throws `token_invalid` if it names nobody. */
export function toOwnClaims(token: string, { uid, sub, uname, role, jti, iat, exp }: JWTPayload): OwnClaims {
  const externalId = readExternalId(uid ?? sub)
  if (externalId === null) throw invalidToken()
  return {
    externalId,
    name: readName(uname),
    role: roles.find((known) => known === role) ?? null,
    streamRole: role === 'streamer' || role === 'viewer' ? role : undefined,
    tokenId: idOf(isUUID(jti) ? JSON.stringify([externalId, jti!.toLowerCase()]) : signedOf(token)),
    issuedAtMs: iat === undefined ? null : iat * 1000,
    expiresAtMs: exp === undefined ? null : Math.min(Math.floor((exp + leewayS) * 1000), lastMs),
  }
}

/** null if it is none. Many number their users. */
export function readExternalId(shown: unknown): string | null {
  const id = Number.isSafeInteger(shown) ? String(shown) : shown
  return typeof id === 'string' && id !== '' && [...id].length <= maxId && isStorable(id) ? id : null
}

/** A name is cut rather than that somebody could not come in for it. */
function readName(shown: unknown): string | null {
  if (typeof shown !== 'string' || !isStorable(shown)) return null
  return [...shown].slice(0, maxName).join('') || null
}

/** A signature can be written in more than one way. */
const signedOf = (token: string): string => token.slice(0, token.lastIndexOf('.'))

/** Nobody's token is another's, or one of ours, because both have the same `jti`. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
