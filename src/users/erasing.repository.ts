import { Injectable } from '@nestjs/common'
import { columnsOf } from '../infra/database/columns.js'
import { Database } from '../infra/database/database.js'
import { User } from './user.entity.js'

/** The users who are being erased. */
@Injectable()
export class ErasingRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string, userId: string): Promise<User | null> {
    const [row] = await this.database.of(tenantId).query<User>(find, [tenantId, userId])
    return row ?? null
  }

  /** Locks them; the row as it was, with their names. It waits for sends of theirs that are being stored. */
  async begin(tenantId: string, userId: string): Promise<User | null> {
    const [row] = await this.database.of(tenantId).query<User>(begin, [tenantId, userId])
    return row ?? null
  }

  async finish(tenantId: string, userId: string): Promise<void> {
    await this.database.of(tenantId).query(finish, [tenantId, userId])
  }

  /** Of all tenants, those whose erasure was broken off. */
  unfinished(): Promise<User[]> {
    return this.database.ofAll.query<User>(unfinished)
  }
}

const columns = columnsOf(User, 'u')

const find = `SELECT ${columns} FROM tb_users u WHERE u.tenant_id = $1 AND u.user_id = $2`

const unfinished = `SELECT ${columns} FROM tb_users u WHERE u.erasing ORDER BY u.tenant_id, u.user_id`

const begin = `
  UPDATE tb_users u SET flag_delete = 'delete', token_epoch = token_epoch + 1, tokens_since = clock_timestamp(),
    erasing = true
  WHERE u.tenant_id = $1 AND u.user_id = $2
  RETURNING ${columns}`

/** What an `external_id` is remembered by. */
export const hashOf = (tenantId: string, externalId: string): string =>
  `sha256(convert_to(${tenantId}::text || ':' || ${externalId}, 'UTF8'))`

const finish = `
  WITH erased AS (
    INSERT INTO erased_ids (tenant_id, id_hash, erased_at)
    SELECT tenant_id, ${hashOf('tenant_id', 'external_id')}, clock_timestamp() FROM tb_users
    WHERE tenant_id = $1 AND user_id = $2 AND external_id IS NOT NULL
    ON CONFLICT (tenant_id, id_hash) DO UPDATE SET erased_at = excluded.erased_at
  )
  UPDATE tb_users SET external_id = NULL, username = NULL, display_name = 'Deleted user', img_url = NULL, email = NULL,
    phone = NULL, metadata = NULL, role_id = 3, erasing = false, erased_at = coalesce(erased_at, now())
  WHERE tenant_id = $1 AND user_id = $2`
