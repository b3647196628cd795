import { Injectable } from '@nestjs/common'
import { IsNull } from 'typeorm'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import { SigningKey, type NewKey } from './signing-key.entity.js'
import { Tenant } from './tenant.entity.js'
import { tenantNotFound } from './tenants.repository.js'

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string): Promise<SigningKey[]> {
    return this.database.of(tenantId).query<SigningKey>(`${select} ORDER BY k.created_at DESC`, [tenantId])
  }

  async find(tenantId: string, kid: string): Promise<SigningKey | null> {
    const [row] = await this.database.of(tenantId).prepared<SigningKey>('signing_key', byKid, [tenantId, kid])
    return row ?? null
  }

  current(tenantId: string): Promise<SigningKey> {
    return this.database
      .of(tenantId)
      .transaction((_, manager) => manager.findOneByOrFail(SigningKey, { tenant_id: tenantId, retires_at: IsNull() }))
  }

  /** The new key as stored. Two at once come one after the other. */
  replace(tenantId: string, next: NewKey, retiresAt: Date): Promise<SigningKey> {
    return this.database.of(tenantId).transaction(async (_, tx) => {
      const lock = { mode: 'pessimistic_write' as const }
      if (!(await tx.findOne(Tenant, { where: { tenant_id: tenantId }, lock }))) throw tenantNotFound()
      await tx.update(SigningKey, { tenant_id: tenantId, retires_at: IsNull() }, { retires_at: retiresAt })
      await tx.insert(SigningKey, { tenant_id: tenantId, ...next })
      return tx.findOneByOrFail(SigningKey, { tenant_id: tenantId, kid: next.kid })
    })
  }
}

const select = `SELECT ${columnsOf(SigningKey, 'k')} FROM signing_keys k WHERE k.tenant_id = $1`

const byKid = `${select} AND k.kid = $2`
