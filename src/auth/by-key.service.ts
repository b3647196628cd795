import { Injectable } from '@nestjs/common'
import { isUUID } from 'class-validator'
import type { Backend } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import { Config } from '../infra/config.js'
import { ApiTokensService } from '../tenants/api-tokens.service.js'
import { sameSecret } from '../tenants/secrets.js'
import { UsersService, type Identity } from '../users/users.service.js'
import { requireActive } from './grounds.js'
import { readExternalId } from './own-claims.js'
import { noCredential, StandingService, type Credential } from './standing.service.js'

const badKey = (detail: string): ChatError => new ChatError('client_key_invalid', detail)
const badInternalKey = (): ChatError => new ChatError('internal_key_invalid', 'The key is unknown or revoked.')

const backend = (tenantId: string): Backend => ({ kind: 'backend', tenantId })

interface KeyHolder {
  tenantId: string
  /** null: the key is the deployment's own. */
  apiTokenId: string | null
}

/** Who calls by an API token, or by the deployment's internal key: the backend, or a user on its word. */
@Injectable()
export class ByKeyService {
  constructor(
    private readonly apiTokens: ApiTokensService,
    private readonly users: UsersService,
    private readonly standing: StandingService,
    private readonly config: Config,
  ) {}

  async byClientKey(clientKey: string, pathTenant: string | undefined): Promise<Session> {
    const [apiToken, userId, ...rest] = clientKey.split('.')
    if (rest.length) throw badKey('A clientKey is an API token, or an API token, a dot and a user id.')
    if (userId !== undefined && !isUUID(userId)) throw badKey('What follows the dot must be a user id, a UUID.')
    const unknown = badKey('The API token is unknown or revoked.')
    const live = await this.apiTokens.recognise(apiToken!)
    if (!live || !isOf(live, pathTenant)) throw unknown
    const known = userId?.toLowerCase()
    return this.session(live, unknown, known === undefined ? null : () => this.known(live.tenantId, known))
  }

  /** `onBehalfOf`: the user's id here, or else the tenant's own, of which the first sight makes the user. */
  async byInternalKey(key: string, onBehalfOf?: string, pathTenant?: string): Promise<Session> {
    const holder = (await this.apiTokens.recognise(key)) ?? this.holderOf(key)
    if (!holder || !isOf(holder, pathTenant)) throw badInternalKey()
    const who = onBehalfOf === undefined ? null : readUserId(onBehalfOf)
    return this.session(holder, badInternalKey(), who === null ? null : () => this.meet(holder.tenantId, who))
  }

  private holderOf(key: string): KeyHolder | null {
    const { INTERNAL_API_KEY, DEFAULT_TENANT } = this.config
    const isOurs = INTERNAL_API_KEY !== '' && sameSecret(key, INTERNAL_API_KEY)
    return isOurs && DEFAULT_TENANT ? { tenantId: DEFAULT_TENANT, apiTokenId: null } : null
  }

  /** The backend's, unless somebody is to be identified. */
  private async session(
    { tenantId, apiTokenId }: KeyHolder,
    unknown: ChatError,
    identify: (() => Promise<Identity>) | null,
  ): Promise<Session> {
    const tenant = await this.standing.requireTenant(tenantId, unknown)
    const credential: Credential = { ...noCredential, by: 'apiToken', apiTokenId }
    if (!identify) return this.standing.session(tenant, backend(tenantId), '', credential)
    const { person, name } = requireActive(await identify())
    return this.standing.session(tenant, person, name ?? person.userId, credential)
  }

  private async known(tenantId: string, userId: string): Promise<Identity> {
    const identity = await this.users.identify(tenantId, userId)
    if (!identity) throw badKey('The user id after the dot is no user of this tenant.')
    return identity
  }

  private async meet(tenantId: string, who: string): Promise<Identity> {
    const known = isUUID(who) ? await this.users.identify(tenantId, who.toLowerCase()) : null
    return known ?? this.users.meet(tenantId, { externalId: who, name: null })
  }
}

const isOf = ({ tenantId }: KeyHolder, pathTenant: string | undefined): boolean =>
  pathTenant === undefined || pathTenant === tenantId

function readUserId(shown: string): string {
  const id = readExternalId(shown)
  if (id !== null) return id
  const [field, message] = ['x-user-id', 'must be a user id, of 1 to 200 characters']
  throw new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })
}
