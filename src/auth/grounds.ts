/** When a credential is good: the rules, whoever reads what they are about, for one or for thousands. */
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { ApiTokenState } from '../tenants/api-tokens.service.js'
import type { TenantState } from '../tenants/tenants.service.js'
import type { UserStanding } from '../users/users.service.js'
import { invalidToken } from './peek.js'

/** What a session stands on, as it is now; null: there is none, or it stands on none. */
export interface Grounds {
  tenant: TenantState | null
  user: UserStanding | null
  apiToken: ApiTokenState | null
  /** Is the tenant's own key still there with which its token was checked? */
  hasTokenKey: boolean
}

export const missing = (): ChatError => new ChatError('credentials_missing', 'Send a clientKey or a Bearer token.')

export const revoked = (): ChatError => new ChatError('token_revoked', 'The token has been revoked; get a new one.')

/** Is a session that was good still good? Throws as whoever showed its credential would be told. */
export function requireGrounds({ actor, by, apiTokenId, tokenEpoch, tokenKeyId }: Session, on: Grounds): void {
  if (by === 'nothing') return void requireGuestsOf(on.tenant, missing())
  requireOpen(on.tenant, invalidToken())
  if (actor.kind === 'user') requireUnrevoked(on.user, tokenEpoch)
  if (tokenKeyId && !on.hasTokenKey) throw revoked()
  if (apiTokenId && (by === 'apiToken' ? on.apiToken?.isRevoked : on.apiToken?.areMintedRevoked) !== false) {
    throw revoked()
  }
}

/** `unknown`: what is thrown if there is none. */
export function requireOpen(tenant: TenantState | null, unknown: ChatError): TenantState {
  if (!tenant) throw unknown
  if (tenant.suspended) throw new ChatError('tenant_suspended', 'The tenant is suspended.')
  return tenant
}

/** Unknown, suspended or without guests: the same refusal. */
export function requireGuestsOf(tenant: TenantState | null, refusal: ChatError): TenantState {
  if (!tenant?.guests || tenant.suspended) throw refusal
  return tenant
}

export function requireActive<User extends UserStanding>(user: User): User {
  if (user.status === 'active') return user
  throw new ChatError('user_locked', 'The user is locked.')
}

/** The epoch is null for who came by an API token, which neither locking nor logging out revokes. */
export function requireUnrevoked<User extends UserStanding>(user: User | null, tokenEpoch: number | null): User {
  if (!user) throw new ChatError('token_invalid', 'The token’s user is no more.')
  requireActive(user)
  if (user.isTokenRevoked || (tokenEpoch !== null && user.tokenEpoch !== tokenEpoch)) throw revoked()
  return user
}
