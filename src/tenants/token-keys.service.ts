import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Operator } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage, type PageDto } from '../contract/page.js'
import { EventBus } from '../contract/ports.js'
import type { Page, TokenAlgorithm, TokenKeyView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { isPrivateHost } from '../infra/guarded-fetch.js'
import { readKeyMaterial, type KeyMaterial } from './key-material.js'
import { TenantsRepository } from './tenants.repository.js'
import type { TokenKey } from './token-key.entity.js'
import { toTokenKeyView, type RegisterTokenKeyDto } from './token-keys.dto.js'
import { TokenKeysRepository, type TokenKeyName } from './token-keys.repository.js'

/** What whoever checks a tenant's own token must know. */
export interface Verifier {
  tokenKeyId: string
  /** What its tokens say as `iss`; null: whatever they like. */
  issuer: string | null
  /** One of what they say as `aud`; null: whatever they like. */
  audience: string | null
  trustsRoles: boolean
  by: { algorithm: TokenAlgorithm; key: KeyObject } | { jwksUrl: string }
}

@Injectable()
export class TokenKeysService {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly keys: TokenKeysRepository,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  async register(_: Operator, tenantId: string, input: RegisterTokenKeyDto): Promise<TokenKeyView> {
    await this.tenants.require(tenantId)
    const material = readKeyMaterial(input, (url) => isPrivateHost(url, this.config))
    const { name = null, issuer = null, audience = null, trusts_roles = false } = input
    const about = { tenant_id: tenantId, token_key_id: uuid(), name, issuer, audience, trusts_roles }
    return toTokenKeyView(await this.keys.insert({ ...about, ...material }))
  }

  async list(_: Operator, tenantId: string, { limit, cursor }: PageDto): Promise<Page<TokenKeyView>> {
    await this.tenants.require(tenantId)
    const rows = await this.keys.list(tenantId, readCursor(cursor)?.id ?? null, limit + 1)
    return toPage(rows, limit, (row) => ({ id: row.token_key_id, time: null }), toTokenKeyView)
  }

  /** Ends the sockets that live by it. */
  async delete(_: Operator, tenantId: string, tokenKeyId: string): Promise<void> {
    await this.tenants.require(tenantId)
    const found = await this.keys.delete(tenantId, tokenKeyId)
    if (!found) throw new ChatError('token_key_not_found', 'The tenant has no token key with this id.')
    this.bus.publish(
      { tenantId, tokenKeyId },
      { type: 'session.ended', code: 'token_revoked', reason: 'The key of the token was taken away.' },
    )
  }

  /** All by which this tenant's own tokens can be checked. */
  async verifiers(tenantId: string): Promise<Verifier[]> {
    return (await this.keys.all(tenantId)).map(toVerifier)
  }

  /** Of keys of any tenants, each in its place: is it there? */
  there(keys: readonly TokenKeyName[]): Promise<boolean[]> {
    return this.keys.there(keys)
  }

  /** The tenant who registered the issuer; null if nobody did. */
  tenantOf(issuer: string): Promise<string | null> {
    return this.keys.findIssuer(issuer)
  }
}

function toVerifier({ token_key_id, issuer, audience, trusts_roles, ...row }: TokenKey): Verifier {
  return { tokenKeyId: token_key_id, issuer, audience, trustsRoles: trusts_roles, by: toKey(row) }
}

function toKey({ algorithm, secret, public_key, jwks_url }: KeyMaterial): Verifier['by'] {
  if (jwks_url !== null) return { jwksUrl: jwks_url }
  return { algorithm: algorithm!, key: secret ? createSecretKey(secret) : createPublicKey(public_key!) }
}
