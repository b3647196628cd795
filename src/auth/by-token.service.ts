import { Injectable } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import type { Session } from '../contract/session.js'
import { ApiTokensService } from '../tenants/api-tokens.service.js'
import { roleWith } from '../users/given-role.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { requireActive, revoked } from './grounds.js'
import { OwnTokensService, type OwnToken } from './own-tokens.service.js'
import { invalidToken, peek } from './peek.js'
import { noCredential, StandingService } from './standing.service.js'
import { TokensService, type Claims } from './tokens.service.js'

/** Who calls by a JWT: one that was minted here, or one of the tenant's own login service. */
@Injectable()
export class ByTokenService {
  constructor(
    private readonly tokens: TokensService,
    private readonly ownTokens: OwnTokensService,
    private readonly apiTokens: ApiTokensService,
    private readonly users: UsersService,
    private readonly standing: StandingService,
  ) {}

  async byJwt(token: string, pathTenant: string | undefined): Promise<Session> {
    const shown = peek(token)
    const ours = await this.tokens.read(token, shown, pathTenant)
    return ours ? this.byOurs(ours) : this.byOwn(await this.ownTokens.read(token, shown, pathTenant))
  }

  private async byOurs({ tid, sub, ati, jti, exp, ep }: Claims): Promise<Session> {
    const tenant = await this.standing.requireTenant(tid, invalidToken())
    const { person, name } = await this.standing.requireUser(tid, sub, ep, jti)
    if (ati && (await this.apiTokens.areMintedRevoked(tid, ati))) throw revoked()
    return this.standing.session(tenant, person, name ?? sub, {
      ...noCredential,
      by: 'jwt',
      apiTokenId: ati ?? null,
      tokenId: jti,
      expiresAtMs: exp * 1000,
      tokenEpoch: ep,
    })
  }

  private async byOwn(token: OwnToken): Promise<Session> {
    const { tenantId, tokenId, tokenKeyId, expiresAtMs } = token
    const tenant = await this.standing.requireTenant(tenantId, invalidToken())
    const identity = requireActive(
      await this.users.meet(tenantId, token, tokenId, (erasedAt) => requireNewer(token, erasedAt)),
    )
    if (identity.isTokenRevoked) throw revoked()
    requireNewer(token, identity.tokensSince)
    // Of now: should it begin anew, the sessions that there are end with it.
    const tokenEpoch = identity.tokenEpoch
    const credential = { ...noCredential, by: 'jwt' as const, tokenId, tokenKeyId, expiresAtMs, tokenEpoch }
    return this.standing.session(tenant, toActor(token, identity), identity.name ?? identity.person.userId, credential)
  }
}

/** Who does not say when it was made may have made it at any time. */
function requireNewer({ issuedAtMs }: OwnToken, since: Date | null): void {
  if (since !== null && (issuedAtMs === null || issuedAtMs < since.getTime())) throw revoked()
}

/** With what the token gives for as long as it lives. */
function toActor({ trustsRoles, role, issuedAtMs, streamRole }: OwnToken, { person, roleSetAt }: Identity): Person {
  const given = trustsRoles && role ? { role, issuedAtMs } : undefined
  return {
    ...person,
    role: roleWith(person.role, given, roleSetAt),
    ...(streamRole && { streamRole }),
    ...(given && { given }),
  }
}
