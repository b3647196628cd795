import { Injectable } from '@nestjs/common'
import type { Person, Role } from '../contract/actor.js'
import type { Session } from '../contract/session.js'
import { ApiTokensService } from '../tenants/api-tokens.service.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { OwnTokensService, type OwnToken } from './own-tokens.service.js'
import { invalidToken, peek } from './peek.js'
import { noCredential, requireActive, revoked, StandingService } from './standing.service.js'
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
    const { tenantId, tokenId, tokenKeyId, trustsRoles, expiresAtMs, streamRole } = token
    const tenant = await this.standing.requireTenant(tenantId, invalidToken())
    const stranger = trustsRoles ? token : { ...token, role: 'user' as const }
    const identity = requireActive(await this.users.meet(tenantId, stranger, tokenId))
    if (identity.isTokenRevoked) throw revoked()
    const person = trustsRoles ? await this.withRole(identity, token.role) : identity.person
    const actor: Person = { ...person, ...(streamRole && { streamRole }) }
    const credential = { ...noCredential, by: 'jwt' as const, tokenId, tokenKeyId, expiresAtMs }
    return this.standing.session(tenant, actor, identity.name ?? person.userId, credential)
  }

  /** What is stored follows the token, so that others see the same. */
  private async withRole({ person }: Identity, role: Role): Promise<Person> {
    if (person.role !== role) await this.users.setRole(person, role)
    return { ...person, role }
  }
}
