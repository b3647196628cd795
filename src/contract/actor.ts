/** Who asks. The first parameter of every service method: the tenant comes from here and from nowhere else. */

export const roles = ['admin', 'moderator', 'user'] as const
export type Role = (typeof roles)[number]

/** Whoever runs this deployment, by `ADMIN_KEY`. Belongs to no tenant. */
export interface Operator {
  kind: 'operator'
}

/** A tenant's own server, by an API token. */
export interface Backend {
  kind: 'backend'
  tenantId: string
}

/** A person of a tenant, by a JWT or on the backend's word. */
export interface Person {
  kind: 'user'
  tenantId: string
  userId: string
  role: Role
  /** Nobody that is known: watches a livestream without a credential, where the tenant allows it, and does nothing else. */
  guest?: true
  /** What the tenant's own token says (seed 000). A viewer starts no stream. */
  streamRole?: 'streamer' | 'viewer'
  /** What a trusted token gives for as long as it lives, beside the role that is stored. null: it does not say when it was made. */
  given?: { role: Role; issuedAtMs: number | null }
}

/** Whoever acts inside one tenant. */
export type Actor = Backend | Person

/** Who somebody is, whatever they may do. */
export type UserKey = Pick<Person, 'tenantId' | 'userId'>

/** The acting user's id; null for the backend, which is nobody. */
export const userIdOf = (actor: Actor): string | null => (actor.kind === 'user' ? actor.userId : null)
