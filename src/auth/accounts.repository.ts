import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { Database } from '../infra/database/database.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import type { RegisterDto } from './accounts.dto.js'

export type NewAccount = Omit<RegisterDto, 'tenant_id' | 'password'> & {
  tenantId: string
  userId: string
  roleId: number
  hash: string
}

/** What stands of a log-in: of one moment, so that a password that is changed meanwhile opens nothing. */
export interface Account {
  user_id: string
  token_epoch: number
  hash: string | null
}

export interface RevokedToken {
  tenantId: string
  userId: string
  tokenId: string
  expiresAtMs: number
}

@Injectable()
export class AccountsRepository {
  constructor(private readonly database: Database) {}

  /** A user with a password, or neither. Throws `username_taken`. */
  async insert({ tenantId, userId, roleId, hash, ...names }: NewAccount): Promise<void> {
    const { username, display_name, img_url, email, phone } = names
    const texts = [username, display_name, img_url, email, phone].map((text) => text ?? null)
    try {
      await this.database.of(tenantId).query(inserting, [tenantId, userId, roleId, hash, ...texts])
    } catch (error) {
      if (!isDuplicate(error, 'tb_users_username')) throw error
      throw new ChatError('username_taken', 'Another user of the tenant has this username.')
    }
  }

  async findByName(tenantId: string, username: string): Promise<Account | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<Account>('account_by_name', `${account} AND u.username = $2`, [tenantId, username])
    return row ?? null
  }

  async find(tenantId: string, userId: string): Promise<Account | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<Account>('account', `${account} AND u.user_id = $2`, [tenantId, userId])
    return row ?? null
  }

  /** When the password was made; none of who has none. */
  async passwordChanges(tenantId: string, userId: string): Promise<{ changed_at: Date }[]> {
    const sql = 'SELECT changed_at FROM tb_passwords WHERE tenant_id = $1 AND user_id = $2'
    return this.database.of(tenantId).query(sql, [tenantId, userId])
  }

  /** Tokens of theirs that were revoked stay so until they end by themselves. */
  async forgetPassword(tenantId: string, userId: string): Promise<void> {
    const sql = 'DELETE FROM tb_passwords WHERE tenant_id = $1 AND user_id = $2'
    await this.database.of(tenantId).query(sql, [tenantId, userId])
  }

  /** The new epoch; null if the password is not what it was (`from`), unless that is no matter. */
  async changePassword(tenantId: string, userId: string, hash: string, from?: string): Promise<number | null> {
    const values = [tenantId, userId, hash, from ?? null]
    const [row] = await this.database.of(tenantId).query<{ token_epoch: number }>(changing, values)
    return row?.token_epoch ?? null
  }

  async revoke({ tenantId, userId, tokenId, expiresAtMs }: RevokedToken): Promise<void> {
    await this.database.of(tenantId).query(
      `INSERT INTO revoked_tokens (tenant_id, token_id, user_id, expires_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [tenantId, tokenId, userId, new Date(expiresAtMs)],
    )
  }

  /** Of all tenants those revocations that no token is left for, by the clock of any node. Waits for nobody. */
  async forgetRevoked(): Promise<void> {
    await this.database.ofAll.query(forgetting)
  }
}

const account = `
  SELECT u.user_id, u.token_epoch, p.hash FROM tb_users u
  LEFT JOIN tb_passwords p ON p.tenant_id = u.tenant_id AND p.user_id = u.user_id WHERE u.tenant_id = $1`

const inserting = `
  WITH made AS (
    INSERT INTO tb_users (tenant_id, user_id, role_id, username, display_name, img_url, email, phone)
    VALUES ($1, $2, $3, $5, $6, $7, $8, $9) RETURNING tenant_id, user_id
  )
  INSERT INTO tb_passwords (tenant_id, user_id, hash) SELECT tenant_id, user_id, $4 FROM made`

/** The user's row first, as whoever changes a user: two changes at once come one after the other. */
const changing = `
  WITH person AS MATERIALIZED (
    SELECT tenant_id, user_id FROM tb_users
    WHERE tenant_id = $1 AND user_id = $2 AND flag_delete = 'active' FOR NO KEY UPDATE
  ),
  changed AS (
    INSERT INTO tb_passwords AS p (tenant_id, user_id, hash)
    SELECT tenant_id, user_id, $3 FROM person
    WHERE $4::text IS NULL OR EXISTS (SELECT FROM tb_passwords WHERE tenant_id = $1 AND user_id = $2)
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET hash = excluded.hash, changed_at = now()
      WHERE $4 IS NULL OR p.hash = $4
    RETURNING p.tenant_id, p.user_id
  )
  UPDATE tb_users u SET token_epoch = token_epoch + 1, tokens_since = clock_timestamp() FROM changed
  WHERE u.tenant_id = changed.tenant_id AND u.user_id = changed.user_id
  RETURNING token_epoch`

const forgetting = `
  DELETE FROM revoked_tokens WHERE (tenant_id, token_id) IN (
    SELECT tenant_id, token_id FROM revoked_tokens WHERE expires_at < now() - interval '1 hour'
    FOR UPDATE SKIP LOCKED)`
