import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Operator } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage, type PageDto } from '../contract/page.js'
import { EventBus } from '../contract/ports.js'
import type { ApiTokenView, NewApiTokenView, Page } from '../contract/views.js'
import type { NewApiToken } from './api-token.entity.js'
import { ApiTokensRepository, type ApiTokenState, type LiveApiToken } from './api-tokens.repository.js'
import { isApiToken, newApiToken, sha256 } from './secrets.js'
import { TenantsRepository } from './tenants.repository.js'
import { toApiTokenView, type IssueApiTokenDto, type RevokeApiTokenDto } from './tenants.dto.js'

export type { ApiTokenState }

/** What is shown once, and the row that knows it again. */
export function makeApiToken(tenantId: string, name: string | null): { apiToken: string; row: NewApiToken } {
  const apiToken = newApiToken()
  const known = { hash: sha256(apiToken), last_four: apiToken.slice(-4) }
  return { apiToken, row: { tenant_id: tenantId, api_token_id: uuid(), name, ...known } }
}

@Injectable()
export class ApiTokensService {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly apiTokens: ApiTokensRepository,
    private readonly bus: EventBus,
  ) {}

  /** A further token: those there are stay good, so that a tenant can change over. */
  async issue(_: Operator, tenantId: string, { name }: IssueApiTokenDto): Promise<NewApiTokenView> {
    await this.tenants.require(tenantId)
    const { apiToken, row } = makeApiToken(tenantId, name ?? null)
    return { ...toApiTokenView(await this.apiTokens.insert(row)), api_token: apiToken }
  }

  async list(_: Operator, tenantId: string, { limit, cursor }: PageDto): Promise<Page<ApiTokenView>> {
    await this.tenants.require(tenantId)
    const rows = await this.apiTokens.list(tenantId, readCursor(cursor)?.id ?? null, limit + 1)
    return toPage(rows, limit, (row) => ({ id: row.api_token_id, time: null }), toApiTokenView)
  }

  /** Ends the sockets that came by the token; with `tokens` also the JWTs that it minted, and theirs. */
  async revoke(
    _: Operator,
    tenantId: string,
    apiTokenId: string,
    { tokens = false }: RevokeApiTokenDto,
  ): Promise<void> {
    await this.tenants.require(tenantId)
    const found = await this.apiTokens.revoke(tenantId, apiTokenId, tokens)
    if (!found) throw new ChatError('api_token_not_found', 'The tenant has no API token with this id.')
    this.bus.publish(
      { tenantId, apiTokenId, mintedToo: tokens },
      { type: 'session.ended', code: 'token_revoked', reason: 'The API token was revoked.' },
    )
  }

  /** The token that was shown, if it is one of ours and not revoked. */
  async recognise(shown: string): Promise<LiveApiToken | null> {
    return isApiToken(shown) ? this.apiTokens.findLive(sha256(shown)) : null
  }

  /** How tokens of any tenants stand, each in its place; null where there is none. */
  states(tokens: readonly LiveApiToken[]): Promise<(ApiTokenState | null)[]> {
    return this.apiTokens.states(tokens)
  }

  /** Were the JWTs that this token minted revoked with it? */
  areMintedRevoked(tenantId: string, apiTokenId: string): Promise<boolean> {
    return this.apiTokens.areMintedRevoked(tenantId, apiTokenId)
  }
}
