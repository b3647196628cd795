import { Injectable } from '@nestjs/common'
import { isUUID } from 'class-validator'
import { userIdOf, type Backend, type Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Limits, Session } from '../contract/session.js'
import type { AccessTokenView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { ApiTokensService } from '../tenants/api-tokens.service.js'
import { TenantsService, type TenantState } from '../tenants/tenants.service.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { limitsOf } from './limits.js'
import { TokensService } from './tokens.service.js'

const badKey = (detail: string): ChatError => new ChatError('client_key_invalid', detail)
const revoked = (): ChatError => new ChatError('token_revoked', 'The token has been revoked; mint a new one.')

@Injectable()
export class AuthService {
  /** Those of the deployment, which most tenants have: one for all their sockets. */
  private readonly limits: Limits

  constructor(
    private readonly tenants: TenantsService,
    private readonly apiTokens: ApiTokensService,
    private readonly users: UsersService,
    private readonly tokens: TokensService,
    private readonly config: Config,
  ) {
    this.limits = limitsOf({}, config)
  }

  /** A JWT for a user, on the backend's word. */
  async mint(session: Session, userId: string): Promise<AccessTokenView> {
    if (session.by !== 'apiToken') throw new ChatError('backend_required', 'Only the tenant’s backend mints tokens.')
    const identity = await this.users.identify(session.actor.tenantId, userId)
    if (!identity) throw new ChatError('user_not_found', 'There is no user with this id.')
    return this.tokens.mint(requireActive(identity), session.apiTokenId)
  }

  /** Who is it? All credentials must name the same caller. Throws one of the 401s, or says who is locked out (403). */
  async authenticate({ clientKey, bearer, token }: Credentials): Promise<Session> {
    const sessions = clientKey === undefined ? [] : [await this.byClientKey(clientKey)]
    for (const jwt of new Set([token, bearer])) if (jwt !== undefined) sessions.push(await this.byJwt(jwt))
    const [session, ...others] = sessions
    if (!session) throw new ChatError('credentials_missing', 'Send a clientKey or a Bearer token.')
    for (const other of others) requireSameCaller(session, other)
    return session
  }

  /** Another token in the place of the credential that there is: of the same caller. Throws as `authenticate` does. */
  async renew(session: Session<Person>, token: string): Promise<Session<Person>> {
    const renewed = await this.authenticate({ token })
    requireSameCaller(session, renewed)
    return renewed as Session<Person>
  }

  /** Is a session that was good still good? Throws as `authenticate` does. */
  async recheck({ actor, apiTokenId, by, tokenEpoch, tokenId }: Session): Promise<void> {
    await this.requireTenant(actor.tenantId)
    if (actor.kind === 'user') await this.requireUser(actor.tenantId, actor.userId, tokenEpoch, tokenId)
    if (!apiTokenId) return
    const ended =
      by === 'apiToken'
        ? !(await this.apiTokens.isLive(actor.tenantId, apiTokenId))
        : await this.apiTokens.areMintedRevoked(actor.tenantId, apiTokenId)
    if (ended) throw revoked()
  }

  private async byClientKey(clientKey: string): Promise<Session> {
    const [apiToken, userId, ...rest] = clientKey.split('.')
    if (rest.length) throw badKey('A clientKey is an API token, or an API token, a dot and a user id.')
    if (userId !== undefined && !isUUID(userId)) throw badKey('What follows the dot must be a user id, a UUID.')
    const live = await this.apiTokens.recognise(apiToken!)
    if (!live) throw badKey('The API token is unknown or revoked.')
    const tenant = await this.requireTenant(live.tenantId)
    const { person, name } = userId
      ? await this.identityOf(live.tenantId, userId.toLowerCase())
      : { person: backend(live.tenantId), name: '' }
    return this.session(tenant, person, {
      name,
      by: 'apiToken',
      apiTokenId: live.apiTokenId,
      tokenId: null,
      tokenKeyId: null,
      expiresAtMs: null,
      tokenEpoch: null,
    })
  }

  private async byJwt(token: string): Promise<Session> {
    const { tid, sub, ati, jti, exp, ep } = await this.tokens.read(token)
    const tenant = await this.requireTenant(tid)
    const { person, name } = await this.requireUser(tid, sub, ep, jti)
    if (ati && (await this.apiTokens.areMintedRevoked(tid, ati))) throw revoked()
    return this.session(tenant, person, {
      name: name ?? sub,
      by: 'jwt',
      apiTokenId: ati ?? null,
      tokenId: jti,
      tokenKeyId: null,
      expiresAtMs: exp * 1000,
      tokenEpoch: ep,
    })
  }

  private async identityOf(tenantId: string, userId: string): Promise<{ person: Person; name: string }> {
    const identity = await this.users.identify(tenantId, userId)
    if (!identity) throw badKey('The user id after the dot is no user of this tenant.')
    const { person, name } = requireActive(identity)
    return { person, name: name ?? userId }
  }

  private async requireTenant(tenantId: string): Promise<TenantState> {
    const tenant = await this.tenants.identify(tenantId)
    if (!tenant) throw new ChatError('token_invalid', 'The token was not issued by this service.')
    if (tenant.suspended) throw new ChatError('tenant_suspended', 'The tenant is suspended.')
    return tenant
  }

  /** Epoch and id of the token are null for who came by an API token, which neither locking nor logging out revokes. */
  private async requireUser(
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

  private session(
    tenant: TenantState,
    actor: Backend | Person,
    credential: Omit<Session, 'actor' | 'limits' | 'allowedOrigins'>,
  ): Session {
    return {
      ...credential,
      actor,
      allowedOrigins: tenant.allowedOrigins,
      limits: Object.keys(tenant.limits).length ? limitsOf(tenant.limits, this.config) : this.limits,
    }
  }
}

const backend = (tenantId: string): Backend => ({ kind: 'backend', tenantId })

function requireActive(identity: Identity): Identity {
  if (identity.status === 'active') return identity
  throw new ChatError('user_locked', 'The user is locked.')
}

function requireSameCaller({ actor: a }: Session, { actor: b }: Session): void {
  const same = a.tenantId === b.tenantId && a.kind === b.kind && userIdOf(a) === userIdOf(b)
  if (!same) throw new ChatError('credentials_disagree', 'The credentials name different callers.')
}
