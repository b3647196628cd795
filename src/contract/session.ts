import type { Backend, Person } from './actor.js'

/** How often something may happen: `burst` at once, then `perSecond`. */
export interface Rate {
  burst: number
  perSecond: number
}

/** What is counted: requests and events, messages, rooms that are joined, handshakes. */
export type Counted = 'request' | 'message' | 'join' | 'connection'

/** For whom. */
export type Scope = 'socket' | 'user' | 'tenant'

export interface Limits {
  /** Who is not named does not pay for it. */
  rates: Record<Counted, { readonly [S in Scope]?: Rate }>
  /** How many there may be at a time. */
  sockets: { readonly [S in Scope]?: number }
}

/** A caller whose credential was found good, with what the transports must know about it. */
export interface Session<A extends Backend | Person = Backend | Person> {
  actor: A
  /** The user by name, as the server knew it when they came; the backend has none. */
  name: string
  /** The API token itself, a JWT, or nothing: a guest. */
  by: 'apiToken' | 'jwt' | 'nothing'
  /** The API token that was shown, or that minted the JWT. */
  apiTokenId: string | null
  /** The JWT's `jti`, which tells it from any other; null for an API token. */
  tokenId: string | null
  /** The tenant's own key that the JWT was checked with; null for JWTs of ours. */
  tokenKeyId: string | null
  /** When the credential ends by itself, in milliseconds since 1970; an API token does not. */
  expiresAtMs: number | null
  /** The user's `token_epoch` when the JWT was minted, or shown if others minted it. */
  tokenEpoch: number | null
  allowedOrigins: string[]
  limits: Limits
}

/** What a caller showed, whatever the wire. */
export interface Credentials {
  clientKey?: string | undefined
  bearer?: string | undefined
  /** A second JWT, where a wire has a place of its own for it. */
  token?: string | undefined
  /** A JWT that a browser sends by itself: of a page that may (the transport has looked at the origin). */
  cookie?: string | undefined
  /** `x-internal-api-key`: an API token, or the deployment's own key standing for its default tenant. */
  internalKey?: string | undefined
  /** `x-user-id`: for whom the internal key speaks. By our id, or by the tenant's own. */
  onBehalfOf?: string | undefined
  /** The path's `/t/<tenant_id>`: whatever was shown is tried with this tenant alone. */
  tenantId?: string | undefined
}
