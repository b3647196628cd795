import { timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { MoreThan } from 'typeorm'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import { ApiToken, type NewApiToken } from './api-token.entity.js'

export interface LiveApiToken {
  tenantId: string
  apiTokenId: string
}

/** What was taken away. */
export interface ApiTokenState {
  isRevoked: boolean
  /** The JWTs that it minted. */
  areMintedRevoked: boolean
}

const minuteMs = 60_000

@Injectable()
export class ApiTokensRepository {
  constructor(private readonly database: Database) {}

  insert(row: NewApiToken): Promise<ApiToken> {
    const { tenant_id, api_token_id } = row
    return this.database.of(tenant_id).transaction(async (_, manager) => {
      await manager.insert(ApiToken, row)
      return manager.findOneByOrFail(ApiToken, { tenant_id, api_token_id })
    })
  }

  list(tenantId: string, after: string | null, limit: number): Promise<ApiToken[]> {
    const where = { tenant_id: tenantId, ...(after && { api_token_id: MoreThan(after) }) }
    return this.database
      .of(tenantId)
      .transaction((_, manager) => manager.find(ApiToken, { where, order: { api_token_id: 'ASC' }, take: limit }))
  }

  /** false if there is none. Revoking again changes nothing but, perhaps, the JWTs; nothing undoes it. */
  async revoke(tenantId: string, apiTokenId: string, mintedToo: boolean): Promise<boolean> {
    const revoked = await this.database.of(tenantId).query(revoking, [tenantId, apiTokenId, mintedToo])
    return revoked.length === 1
  }

  /** Whose it is, nobody knows before it is found. */
  async findLive(hash: Buffer): Promise<LiveApiToken | null> {
    const [row] = await this.database.ofAll.prepared<ApiToken>('api_token_by_hash', byHash, [hash])
    if (!row || row.revoked_at || !timingSafeEqual(row.hash, hash)) return null
    await this.noteUse(row)
    return { tenantId: row.tenant_id, apiTokenId: row.api_token_id }
  }

  /** Of tokens of any tenants, each in its place; null where there is none. */
  async states(tokens: readonly LiveApiToken[]): Promise<(ApiTokenState | null)[]> {
    const [tenantIds, tokenIds] = [tokens.map((one) => one.tenantId), tokens.map((one) => one.apiTokenId)]
    const rows = await this.database
      .of(...tenantIds)
      .prepared<ApiTokenState & { place: number }>('api_tokens', byIds, [tenantIds, tokenIds])
    const byPlace = new Map(rows.map((row) => [row.place, row]))
    return tokens.map((_, place) => byPlace.get(place + 1) ?? null)
  }

  async areMintedRevoked(tenantId: string, apiTokenId: string): Promise<boolean> {
    const row = await this.find(tenantId, apiTokenId)
    return !row || row.minted_revoked_at !== null
  }

  private async find(tenantId: string, apiTokenId: string): Promise<ApiToken | undefined> {
    const [row] = await this.database.of(tenantId).prepared<ApiToken>('api_token', byId, [tenantId, apiTokenId])
    return row
  }

  /** To the minute: a write for every request would cost more than the request. */
  private async noteUse({ tenant_id, api_token_id, last_used_at }: ApiToken): Promise<void> {
    if (last_used_at && Date.now() - last_used_at.getTime() < minuteMs) return
    await this.database.of(tenant_id).query(noting, [tenant_id, api_token_id, new Date()])
  }
}

const select = `SELECT ${columnsOf(ApiToken, 't')} FROM api_tokens t WHERE`

const byHash = `${select} t.hash = $1`

const byId = `${select} t.tenant_id = $1 AND t.api_token_id = $2`

const byIds = `
  SELECT i.place::int AS place, t.revoked_at IS NOT NULL AS "isRevoked",
    t.minted_revoked_at IS NOT NULL AS "areMintedRevoked"
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS i (tenant_id, api_token_id, place)
  JOIN api_tokens t ON t.tenant_id = i.tenant_id AND t.api_token_id = i.api_token_id`

const noting = 'UPDATE api_tokens SET last_used_at = $3 WHERE tenant_id = $1 AND api_token_id = $2'

const revoking = `
  UPDATE api_tokens SET
    revoked_at = coalesce(revoked_at, now()),
    minted_revoked_at = CASE WHEN $3::boolean THEN coalesce(minted_revoked_at, now()) ELSE minted_revoked_at END
  WHERE tenant_id = $1 AND api_token_id = $2 RETURNING api_token_id`
