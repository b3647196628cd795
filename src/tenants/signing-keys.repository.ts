import { Injectable } from '@nestjs/common'
import { InjectDataSource } from '@nestjs/typeorm'
import { IsNull, type DataSource, type Repository } from 'typeorm'
import { SigningKey, type NewKey } from './signing-key.entity.js'
import { Tenant } from './tenant.entity.js'
import { tenantNotFound } from './tenants.repository.js'

@Injectable()
export class SigningKeysRepository {
  private readonly rows: Repository<SigningKey>

  constructor(@InjectDataSource() private readonly source: DataSource) {
    this.rows = source.getRepository(SigningKey)
  }

  list(tenantId: string): Promise<SigningKey[]> {
    return this.rows.find({ where: { tenant_id: tenantId }, order: { created_at: 'DESC' } })
  }

  find(tenantId: string, kid: string): Promise<SigningKey | null> {
    return this.rows.findOneBy({ tenant_id: tenantId, kid })
  }

  current(tenantId: string): Promise<SigningKey> {
    return this.rows.findOneByOrFail({ tenant_id: tenantId, retires_at: IsNull() })
  }

  /** The new key as stored. Two at once come one after the other. */
  replace(tenantId: string, next: NewKey, retiresAt: Date): Promise<SigningKey> {
    return this.source.transaction(async (tx) => {
      const lock = { mode: 'pessimistic_write' as const }
      if (!(await tx.findOne(Tenant, { where: { tenant_id: tenantId }, lock }))) throw tenantNotFound()
      await tx.update(SigningKey, { tenant_id: tenantId, retires_at: IsNull() }, { retires_at: retiresAt })
      await tx.insert(SigningKey, { tenant_id: tenantId, ...next })
      return tx.findOneByOrFail(SigningKey, { tenant_id: tenantId, kid: next.kid })
    })
  }
}
