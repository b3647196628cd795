import { Injectable } from '@nestjs/common'
import { ILike, MoreThan } from 'typeorm'
import { ChatError } from '../contract/errors.js'
import { columnsOf } from '../infra/database/columns.js'
import { containing } from '../infra/database/containing.js'
import { Database } from '../infra/database/database.js'
import { ApiToken, type NewApiToken } from './api-token.entity.js'
import { SigningKey, type NewKey } from './signing-key.entity.js'
import { Tenant } from './tenant.entity.js'

export const tenantNotFound = (): ChatError => new ChatError('tenant_not_found', 'There is no tenant with this id.')

type NewTenant = Partial<Tenant> & { tenant_id: string; name: string }

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  /** The tenant together with its three roles, the key that signs and the first API token: all of it or nothing. */
  insert(tenant: NewTenant, key: NewKey, apiToken: NewApiToken): Promise<Tenant> {
    return this.database.of(tenant.tenant_id).transaction(async (tx, manager) => {
      await manager.insert(Tenant, tenant)
      await tx.query(
        `INSERT INTO tb_roles (tenant_id, role_id, role_enum)
         VALUES ($1, 1, 'admin'), ($1, 2, 'moderator'), ($1, 3, 'user')`,
        [tenant.tenant_id],
      )
      await manager.insert(SigningKey, { tenant_id: tenant.tenant_id, ...key })
      await manager.insert(ApiToken, apiToken)
      return manager.findOneByOrFail(Tenant, { tenant_id: tenant.tenant_id })
    })
  }

  async find(tenantId: string): Promise<Tenant | null> {
    const [row] = await this.database.of(tenantId).prepared<Tenant>('tenant', byId, [tenantId])
    return row ?? null
  }

  /** Each in its place; null where there is none. */
  async findAll(tenantIds: string[]): Promise<(Tenant | null)[]> {
    const rows = await this.database.of(...tenantIds).prepared<Tenant>('tenants', byIds, [tenantIds])
    const byTenant = new Map(rows.map((row) => [row.tenant_id, row]))
    return tenantIds.map((tenantId) => byTenant.get(tenantId) ?? null)
  }

  async require(tenantId: string): Promise<Tenant> {
    const row = await this.find(tenantId)
    if (!row) throw tenantNotFound()
    return row
  }

  /** `named`: with this in their name. */
  list(after: string | null, limit: number, named?: string): Promise<Tenant[]> {
    const where = {
      ...(after && { tenant_id: MoreThan(after) }),
      ...(named && { name: ILike(containing(named)) }),
    }
    return this.database.ofAll.transaction((_, manager) =>
      manager.find(Tenant, { where, order: { tenant_id: 'ASC' }, take: limit }),
    )
  }

  /** The row as it is then. */
  async update(tenantId: string, change: Partial<Tenant>): Promise<Tenant> {
    if (Object.keys(change).length) {
      await this.database
        .of(tenantId)
        .transaction((_, manager) => manager.update(Tenant, { tenant_id: tenantId }, change))
    }
    return this.require(tenantId)
  }

  async isAllowedOrigin(origin: string): Promise<boolean> {
    const [row] = await this.database.ofAll.query(
      `SELECT 1 FROM tenants WHERE status = 'active' AND allowed_origins && ARRAY[$1, '*'] LIMIT 1`,
      [origin],
    )
    return row !== undefined
  }

  /**
   * Everything that belongs to the tenant, in the order that its foreign keys allow, in a transaction for each step:
   * what was deleted is then dead to the checks of the next one. Broken off, it goes on when it is asked again.
   */
  async delete(tenantId: string): Promise<void> {
    for (const tables of steps) {
      await this.database.of(tenantId).transaction(async (tx) => {
        await tx.query('SET LOCAL statement_timeout = 0')
        // Nobody makes anything for the tenant meanwhile: that takes a lock on this row.
        await tx.query('SELECT FROM tenants WHERE tenant_id = $1 FOR UPDATE', [tenantId])
        if (tables.includes('tb_users')) await tx.query(lockUsers, [tenantId])
        for (const table of tables) await tx.query(`DELETE FROM ${table} WHERE tenant_id = $1`, [tenantId])
      })
    }
  }
}

const select = `SELECT ${columnsOf(Tenant, 't')} FROM tenants t WHERE`

const byId = `${select} t.tenant_id = $1`

const byIds = `${select} t.tenant_id = ANY ($1)`

/**
 * All of them before the first is gone: a user who takes the name of one that is being deleted waits for that one, and
 * must not be waited for.
 */
const lockUsers = 'SELECT count(*) FROM (SELECT FROM tb_users WHERE tenant_id = $1 FOR UPDATE) AS locked'

/** Who became a member between two steps goes before the rooms: a send locks its member first, and then the room. */
const steps = [
  ['tb_messages'],
  ['room_removals'],
  ['tb_user_room'],
  ['tb_user_room', 'chat_threads', 'tb_chat_rooms'],
  ['tb_users'],
  ['tb_roles'],
  ['tenants'],
]
