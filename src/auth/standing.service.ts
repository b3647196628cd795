import { Injectable } from '@nestjs/common'
import type { Backend, Person } from '../contract/actor.js'
import type { ChatError } from '../contract/errors.js'
import type { Limits, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'
import { TenantsService, type TenantState } from '../tenants/tenants.service.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { requireGuestsOf, requireOpen, requireUnrevoked } from './grounds.js'
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
    return requireOpen(await this.tenants.identify(tenantId), unknown)
  }

  /** Unknown, suspended or without guests: the same refusal, after the same look. */
  async requireGuests(tenantId: string, refusal: ChatError): Promise<TenantState> {
    return requireGuestsOf(await this.tenants.identify(tenantId), refusal)
  }

  /** Epoch and id of the token are null for who came by an API token, which neither locking nor logging out revokes. */
  async requireUser(
    tenantId: string,
    userId: string,
    tokenEpoch: number | null,
    tokenId: string | null,
  ): Promise<Identity> {
    return requireUnrevoked(await this.users.identify(tenantId, userId, tokenId), tokenEpoch)
  }

  session(tenant: TenantState, actor: Backend | Person, name: string, credential: Credential): Session {
    return {
      ...credential,
      actor,
      name,
      allowedOrigins: tenant.allowedOrigins,
      limits: this.limitsOf(tenant),
    }
  }

  /** One object for all who have the same. */
  limitsOf({ limits }: TenantState): Limits {
    return Object.keys(limits).length ? limitsOf(limits, this.config) : this.limits
  }
}
