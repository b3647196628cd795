import { Injectable } from '@nestjs/common'
import { MoreThan, type EntityManager } from 'typeorm'
import { ChatError } from '../contract/errors.js'
import type { Statements } from '../contract/ports.js'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import { tenantNotFound } from './tenants.repository.js'
import { TokenKey, type NewTokenKey } from './token-key.entity.js'

type Transaction<T> = (tx: Statements, manager: EntityManager) => Promise<T>

export interface TokenKeyName {
  tenantId: string
  tokenKeyId: string
}

@Injectable()
export class TokenKeysRepository {
  constructor(private readonly database: Database) {}

  /** Throws `issuer_taken`. */
  insert(row: NewTokenKey): Promise<TokenKey> {
    const { tenant_id, token_key_id, issuer } = row
    return this.changing(tenant_id, async (tx, manager) => {
      if (issuer !== null) await takeIssuer(tx, tenant_id, issuer)
      await manager.insert(TokenKey, row)
      return manager.findOneByOrFail(TokenKey, { tenant_id, token_key_id })
    })
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

  /** Of keys of any tenants, each in its place: is it there? */
  async there(keys: readonly TokenKeyName[]): Promise<boolean[]> {
    const [tenantIds, keyIds] = [keys.map((one) => one.tenantId), keys.map((one) => one.tokenKeyId)]
    const rows = await this.database
      .of(...tenantIds)
      .prepared<{ place: number }>('token_keys_there', byIds, [tenantIds, keyIds])
    const places = new Set(rows.map(({ place }) => place))
    return keys.map((_, place) => places.has(place + 1))
  }

  /** Whose issuer it is, nobody knows before it is found. */
  async findIssuer(issuer: string): Promise<string | null> {
    const [row] = await this.database.ofAll.prepared<TokenKey>('token_key_by_issuer', byIssuer, [issuer])
    return row?.tenant_id ?? null
  }

  /** false if there is none. An issuer goes with the last key that has it. */
  delete(tenantId: string, tokenKeyId: string): Promise<boolean> {
    return this.changing(tenantId, async (tx) => {
      const deleted = await tx.query(deleting, [tenantId, tokenKeyId])
      await tx.query(leavingIssuers, [tenantId])
      return deleted.length === 1
    })
  }

  /** One change of a tenant's keys at a time. */
  private changing<T>(tenantId: string, work: Transaction<T>): Promise<T> {
    return this.database.of(tenantId).transaction(async (tx, manager) => {
      const tenant = await tx.query('SELECT 1 FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenantId])
      if (!tenant.length) throw tenantNotFound()
      return work(tx, manager)
    })
  }
}

/** Waits for whoever takes it or leaves it at the same time. */
async function takeIssuer(tx: Statements, tenantId: string, issuer: string): Promise<void> {
  await tx.query(takingIssuer, [tenantId, issuer])
  const taken = await tx.query('SELECT 1 FROM token_issuers WHERE tenant_id = $1 AND issuer = $2', [tenantId, issuer])
  if (!taken.length) throw new ChatError('issuer_taken', 'Another tenant has registered this issuer.')
}

const ofTenant = `SELECT ${columnsOf(TokenKey, 'k')} FROM token_keys k WHERE k.tenant_id = $1 ORDER BY k.token_key_id`

const byIds = `
  SELECT i.place::int AS place FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS i (tenant_id, token_key_id, place)
  JOIN token_keys k ON k.tenant_id = i.tenant_id AND k.token_key_id = i.token_key_id`

const byIssuer = 'SELECT tenant_id FROM token_issuers WHERE issuer = $1'

const deleting = 'DELETE FROM token_keys WHERE tenant_id = $1 AND token_key_id = $2 RETURNING token_key_id'

const takingIssuer = 'INSERT INTO token_issuers (tenant_id, issuer) VALUES ($1, $2) ON CONFLICT DO NOTHING'

const leavingIssuers = `
  DELETE FROM token_issuers i WHERE i.tenant_id = $1 AND NOT EXISTS (
    SELECT FROM token_keys k WHERE k.tenant_id = i.tenant_id AND k.issuer = i.issuer)`
