import { timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { InjectDataSource } from '@nestjs/typeorm'
import { MoreThan, type DataSource, type Repository } from 'typeorm'
import { ApiToken, type NewApiToken } from './api-token.entity.js'

export interface LiveApiToken {
  tenantId: string
  apiTokenId: string
}

const minuteMs = 60_000

@Injectable()
export class ApiTokensRepository {
  private readonly rows: Repository<ApiToken>

  constructor(@InjectDataSource() source: DataSource) {
    this.rows = source.getRepository(ApiToken)
  }

  async insert(row: NewApiToken): Promise<ApiToken> {
    const { tenant_id, api_token_id } = row
    await this.rows.insert(row)
    return this.rows.findOneByOrFail({ tenant_id, api_token_id })
  }

  list(tenantId: string, after: string | null, limit: number): Promise<ApiToken[]> {
    const where = { tenant_id: tenantId, ...(after && { api_token_id: MoreThan(after) }) }
    return this.rows.find({ where, order: { api_token_id: 'ASC' }, take: limit })
  }

  /** false if there is none. Revoking again changes nothing but, perhaps, the JWTs; nothing undoes it. */
  async revoke(tenantId: string, apiTokenId: string, mintedToo: boolean): Promise<boolean> {
    const { affected } = await this.rows.update(
      { tenant_id: tenantId, api_token_id: apiTokenId },
      {
        revoked_at: () => 'coalesce(revoked_at, now())',
        ...(mintedToo && { minted_revoked_at: () => 'coalesce(minted_revoked_at, now())' }),
      },
    )
    return affected === 1
  }

  async findLive(hash: Buffer): Promise<LiveApiToken | null> {
    const row = await this.rows.findOneBy({ hash })
    if (!row || row.revoked_at || !timingSafeEqual(row.hash, hash)) return null
    await this.noteUse(row)
    return { tenantId: row.tenant_id, apiTokenId: row.api_token_id }
  }

  async isLive(tenantId: string, apiTokenId: string): Promise<boolean> {
    const row = await this.rows.findOneBy({ tenant_id: tenantId, api_token_id: apiTokenId })
    return row !== null && row.revoked_at === null
  }

  async areMintedRevoked(tenantId: string, apiTokenId: string): Promise<boolean> {
    const row = await this.rows.findOneBy({ tenant_id: tenantId, api_token_id: apiTokenId })
    return !row || row.minted_revoked_at !== null
  }

  /** To the minute: a write for every request would cost more than the request. */
  private async noteUse({ tenant_id, api_token_id, last_used_at }: ApiToken): Promise<void> {
    if (last_used_at && Date.now() - last_used_at.getTime() < minuteMs) return
    await this.rows.update({ tenant_id, api_token_id }, { last_used_at: new Date() })
  }
}
