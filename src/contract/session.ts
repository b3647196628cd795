import type { Backend, Person } from './actor.js'

/** How often something may happen: `burst` at once, then `perSecond`. */
export interface Rate {
  burst: number
  perSecond: number
}

/** A caller whose credential was found good, with what the transports must know about it. */
export interface Session<A extends Backend | Person = Backend | Person> {
  actor: A
  /** `clientKey` (the API token itself) or a JWT. */
  by: 'apiToken' | 'jwt'
  /** The API token that was shown, or that minted the JWT. */
  apiTokenId: string | null
  /** The JWT's `jti`, which tells it from any other; null for an API token. */
  tokenId: string | null
  /** When the credential ends by itself, in milliseconds since 1970; an API token does not. */
  expiresAtMs: number | null
  /** The user's `token_epoch` when the JWT was minted. */
  tokenEpoch: number | null
  allowedOrigins: string[]
  limits: { user: Rate; tenant: Rate }
}

/** What a caller showed, whatever the wire. */
export interface Credentials {
  clientKey?: string | undefined
  bearer?: string | undefined
  /** A second JWT, where a wire has a place of its own for it. */
  token?: string | undefined
}
