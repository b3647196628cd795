import { Injectable } from '@nestjs/common'
import { MoreThan } from 'typeorm'
import { ChatError } from '../contract/errors.js'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { TokenKey, type NewTokenKey } from './token-key.entity.js'

@Injectable()
export class TokenKeysRepository {
  constructor(private readonly database: Database) {}

  /** Throws `issuer_taken`. */
  async insert(row: NewTokenKey): Promise<TokenKey> {
    const { tenant_id, token_key_id } = row
    try {
      return await this.database.of(tenant_id).transaction(async (_, manager) => {
        await manager.insert(TokenKey, row)
        return manager.findOneByOrFail(TokenKey, { tenant_id, token_key_id })
      })
    } catch (error) {
      if (!isDuplicate(error, 'token_keys_issuer')) throw error
      throw new ChatError('issuer_taken', 'A token key with this issuer is registered already.')
    }
  }

  list(tenantId: string, after: string | null, limit: number): Promise<TokenKey[]> {
    const where = { tenant_id: tenantId, ...(after && { token_key_id: MoreThan(after) }) }
    return this.database
      .of(tenantId)
      .transaction((_, manager) => manager.find(TokenKey, { where, order: { token_key_id: 'ASC' }, take: limit }))
  }

  /** All of the tenant, the eldest first. */
  all(tenantId: string): Promise<TokenKey[]> {
    return this.database.of(tenantId).prepared<TokenKey>('token_keys', ofTenant, [tenantId])
  }

  async exists(tenantId: string, tokenKeyId: string): Promise<boolean> {
    const found = await this.database.of(tenantId).prepared('token_key', byId, [tenantId, tokenKeyId])
    return found.length === 1
  }

  /** Whose issuer it is, nobody knows before it is found. */
  async findIssuer(issuer: string): Promise<string | null> {
    const [row] = await this.database.ofAll.prepared<TokenKey>('token_key_by_issuer', byIssuer, [issuer])
    return row?.tenant_id ?? null
  }

  /** false if there is none. */
  async delete(tenantId: string, tokenKeyId: string): Promise<boolean> {
    return (await this.database.of(tenantId).query(deleting, [tenantId, tokenKeyId])).length === 1
  }
}

const ofTenant = `SELECT ${columnsOf(TokenKey, 'k')} FROM token_keys k WHERE k.tenant_id = $1 ORDER BY k.token_key_id`

const byId = 'SELECT 1 FROM token_keys WHERE tenant_id = $1 AND token_key_id = $2'

const byIssuer = 'SELECT tenant_id FROM token_keys WHERE issuer = $1'

const deleting = 'DELETE FROM token_keys WHERE tenant_id = $1 AND token_key_id = $2 RETURNING token_key_id'
