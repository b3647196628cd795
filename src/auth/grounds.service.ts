import { Injectable } from '@nestjs/common'
import type { Session } from '../contract/session.js'
import { ApiTokensService } from '../tenants/api-tokens.service.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { TokenKeysService } from '../tenants/token-keys.service.js'
import { UsersService } from '../users/users.service.js'
import { askOnce } from './ask-once.js'
import type { Grounds } from './grounds.js'

/** Reads what sessions stand on: any number of them, of any tenants, by one query for each kind of thing. */
@Injectable()
export class GroundsService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly users: UsersService,
    private readonly apiTokens: ApiTokensService,
    private readonly tokenKeys: TokenKeysService,
  ) {}

  /** Each in its place. */
  async of(sessions: readonly Session[]): Promise<Grounds[]> {
    const [tenants, users, apiTokens, tokenKeys] = await Promise.all([
      askOnce(sessions, tenantOf, (all) => this.tenants.identifyAll(all.map(({ tenantId }) => tenantId))),
      askOnce(sessions, holderOf, (all) => this.users.standings(all)),
      askOnce(sessions, apiTokenOf, (all) => this.apiTokens.states(all)),
      askOnce(sessions, tokenKeyOf, (all) => this.tokenKeys.there(all)),
    ])
    return sessions.map((session) => ({
      tenant: tenants.get(session) ?? null,
      user: users.get(session) ?? null,
      apiToken: apiTokens.get(session) ?? null,
      hasTokenKey: tokenKeys.get(session) ?? false,
    }))
  }
}

const tenantOf = ({ actor: { tenantId } }: Session) => ({ tenantId })

/** A guest is nobody who is stored. */
const holderOf = ({ actor, by, tokenId }: Session) =>
  actor.kind === 'user' && by !== 'nothing' ? { tenantId: actor.tenantId, userId: actor.userId, tokenId } : null

const apiTokenOf = ({ actor: { tenantId }, apiTokenId }: Session) =>
  apiTokenId === null ? null : { tenantId, apiTokenId }

const tokenKeyOf = ({ actor: { tenantId }, tokenKeyId }: Session) =>
  tokenKeyId === null ? null : { tenantId, tokenKeyId }
