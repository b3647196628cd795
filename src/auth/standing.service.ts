import { Injectable } from '@nestjs/common'
import type { Backend, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Limits, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'
import { TenantsService, type TenantState } from '../tenants/tenants.service.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { limitsOf } from './limits.js'

/** By what somebody came, whoever they are. */
export type Credential = Omit<Session, 'actor' | 'name' | 'limits' | 'allowedOrigins'>

/** Of whoever showed nothing but themselves. */
export const noCredential: Credential = {
  by: 'nothing',
  apiTokenId: null,
  tokenId: null,
  tokenKeyId: null,
  expiresAtMs: null,
  tokenEpoch: null,
}

/** Do the tenant and the user stand, and what may they? Asked for every credential, at first and again. */
@Injectable()
export class StandingService {
  /** Those of the deployment, which most tenants have: one for all their sockets. */
  private readonly limits: Limits

  constructor(
    private readonly tenants: TenantsService,
    private readonly users: UsersService,
    private readonly config: Config,
  ) {
    this.limits = limitsOf({}, config)
  }

  /** `unknown`: what is thrown if there is none. */
  async requireTenant(tenantId: string, unknown: ChatError): Promise<TenantState> {
    const tenant = await this.tenants.identify(tenantId)
    if (!tenant) throw unknown
    if (tenant.suspended) throw new ChatError('tenant_suspended', 'The tenant is suspended.')
    return tenant
  }

  /** Unknown, suspended or without guests: the same refusal, after the same look. */
  async requireGuests(tenantId: string, refusal: ChatError): Promise<TenantState> {
    const tenant = await this.tenants.identify(tenantId)
    if (!tenant?.guests || tenant.suspended) throw refusal
    return tenant
  }

  /** Epoch and id of the token are null for who came by an API token, which neither locking nor logging out revokes. */
  async requireUser(
    tenantId: string,
    userId: string,
    tokenEpoch: number | null,
    tokenId: string | null,
  ): Promise<Identity> {
    const identity = await this.users.identify(tenantId, userId, tokenId)
    if (!identity) throw new ChatError('token_invalid', 'The token’s user is no more.')
    requireActive(identity)
    if (identity.isTokenRevoked || (tokenEpoch !== null && identity.tokenEpoch !== tokenEpoch)) throw revoked()
    return identity
  }

  session(tenant: TenantState, actor: Backend | Person, name: string, credential: Credential): Session {
    return {
      ...credential,
      actor,
      name,
      allowedOrigins: tenant.allowedOrigins,
      limits: Object.keys(tenant.limits).length ? limitsOf(tenant.limits, this.config) : this.limits,
    }
  }
}

export const revoked = (): ChatError => new ChatError('token_revoked', 'The token has been revoked; get a new one.')

export function requireActive(identity: Identity): Identity {
  if (identity.status === 'active') return identity
  throw new ChatError('user_locked', 'The user is locked.')
}
