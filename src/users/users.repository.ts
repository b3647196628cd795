import { Injectable } from '@nestjs/common'
import { IsNull } from 'typeorm'
import { ChatError } from '../contract/errors.js'
import type { Statements } from '../contract/ports.js'
import { columnsOf } from '../infra/database/columns.js'
import { patternAndId } from '../infra/database/containing.js'
import { Database } from '../infra/database/database.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { hashOf } from './erasing.repository.js'
import { User } from './user.entity.js'

export type NewUser = Partial<User> & Pick<User, 'tenant_id' | 'user_id' | 'role_id'>
/** `named`: with this in one of their names, or as their id. */
export type UserFilter = Partial<Pick<User, 'external_id' | 'username' | 'flag_delete'>> & { named?: string }

type Names = 'display_name' | 'username' | 'external_id'
type Known = Names | 'role_id' | 'role_set_at' | 'flag_delete' | 'token_epoch' | 'tokens_since'
export type IdentityRow = Pick<User, Known> & { is_revoked: boolean }

export type StandingRow = Pick<IdentityRow, 'flag_delete' | 'token_epoch' | 'is_revoked'>

/** Somebody, and the token by which they came; null: it is none that could be revoked by itself. */
export interface TokenHolder {
  tenantId: string
  userId: string
  tokenId: string | null
}

export type ExternalRow = IdentityRow & Pick<User, 'user_id'>

export interface NewExternalUser {
  tenantId: string
  userId: string
  externalId: string
  name: string | null
  roleId: number
}

export type HeldRow = Pick<User, 'user_id' | 'flag_delete'> & { is_erased: boolean }

/** `SHARE`: nobody locks, erases or changes them. `NO KEY UPDATE`: nobody else holds them either. */
export type Lock = 'SHARE' | 'NO KEY UPDATE'

/** A taken name told as such, whoever took it when. */
async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isDuplicate(error, 'tb_users_username')) {
      throw new ChatError('username_taken', 'Another user of the tenant has this username.')
    }
    if (isDuplicate(error, 'tb_users_external_id')) {
      throw new ChatError('external_id_taken', 'Another user of the tenant has this external_id.')
    }
    throw error
  }
}

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  insert(user: NewUser): Promise<User> {
    const { tenant_id, user_id } = user
    const work = this.database.of(tenant_id).transaction(async (_, manager) => {
      await manager.insert(User, user as object)
      return manager.findOneByOrFail(User, { tenant_id, user_id })
    })
    return named(work)
  }

  async find(tenantId: string, userId: string): Promise<User | null> {
    const [row] = await this.database.of(tenantId).prepared<User>('user', byId, [tenantId, userId])
    return row ?? null
  }

  async findByExternalId(tenantId: string, externalId: string): Promise<User | null> {
    const values = [tenantId, externalId]
    const [row] = await this.database.of(tenantId).prepared<User>('user_by_external_id', byExternalId, values)
    return row ?? null
  }

  /** What every authentication asks: who it is, and whether this token of theirs was revoked. */
  async identify(tenantId: string, userId: string, tokenId: string | null): Promise<IdentityRow | null> {
    const values = [tenantId, userId, tokenId]
    const [row] = await this.database.of(tenantId).prepared<IdentityRow>('identify', identifying, values)
    return row ?? null
  }

  /** The same by the tenant's own id. */
  async identifyExternal(tenantId: string, externalId: string, tokenId: string | null): Promise<ExternalRow | null> {
    const values = [tenantId, externalId, tokenId]
    const [row] = await this.database
      .of(tenantId)
      .prepared<ExternalRow>('identify_external', identifyingExternal, values)
    return row ?? null
  }

  /** Of people of any tenants, each in their place: what a token of theirs stands on; null where there is nobody. */
  async standings(people: readonly TokenHolder[]): Promise<(StandingRow | null)[]> {
    const tenantIds = people.map(({ tenantId }) => tenantId)
    const values = [tenantIds, people.map(({ userId }) => userId), people.map(({ tokenId }) => tokenId)]
    const rows = await this.database
      .of(...tenantIds)
      .prepared<StandingRow & { place: number }>('user_standings', standing, values)
    const byPlace = new Map(rows.map((row) => [row.place, row]))
    return people.map((_, place) => byPlace.get(place + 1) ?? null)
  }

  /** When whoever had this `external_id` was erased, the last time; null: nobody was. */
  async erasedAt(tenantId: string, externalId: string): Promise<Date | null> {
    const [row] = await this.database.of(tenantId).query<{ erased_at: Date }>(erasure, [tenantId, externalId])
    return row?.erased_at ?? null
  }

  /** Waits for whoever makes the same at the same time, and then makes nothing. */
  async insertExternal({ tenantId, userId, externalId, name, roleId }: NewExternalUser): Promise<void> {
    await this.database.of(tenantId).query(insertingExternal, [tenantId, userId, externalId, name, roleId])
  }

  /** Those of the ids that are users of the tenant. */
  findAll(tenantId: string, userIds: string[]): Promise<User[]> {
    return this.database.of(tenantId).prepared<User>('users', byIds, [tenantId, userIds])
  }

  /** Those of the ids that are users, who stay as they are to the end of the transaction. */
  hold(tx: Statements, tenantId: string, userIds: string[], lock: Lock): Promise<HeldRow[]> {
    return tx.query<HeldRow>(`${holding} FOR ${lock}`, [tenantId, userIds])
  }

  list(tenantId: string, filter: UserFilter, after: string | null, limit: number): Promise<User[]> {
    const { external_id, username, flag_delete, named } = filter
    return this.database
      .of(tenantId)
      .query<User>(listing, [
        tenantId,
        after,
        external_id ?? null,
        username ?? null,
        flag_delete ?? null,
        ...patternAndId(named),
        limit,
      ])
  }

  /**
   * The row as it is then; null if there is none. Who is erased stays as they are. A row lock: it waits for sends of this
   * user that are being stored.
   */
  update(tenantId: string, userId: string, change: Partial<User>): Promise<User | null> {
    const locks = change.flag_delete !== undefined && change.flag_delete !== 'active'
    const values = { ...change, ...(locks && newEpoch), ...(change.role_id && { role_set_at: now }) }
    const where = { tenant_id: tenantId, user_id: userId }
    const work = this.database.of(tenantId).transaction(async (_, manager) => {
      if (Object.keys(values).length) await manager.update(User, { ...where, ...present }, values as object)
      return manager.findOneBy(User, where)
    })
    return named(work)
  }
}

/** Not when the transaction began: what others made meanwhile is earlier. */
const now = (): string => 'clock_timestamp()'

const newEpoch = { token_epoch: () => 'token_epoch + 1', tokens_since: now }

/** Neither erased nor being so. */
const present = { erasing: false, erased_at: IsNull() }

const select = `SELECT ${columnsOf(User, 'u')} FROM tb_users u WHERE u.tenant_id = $1`

const byId = `${select} AND u.user_id = $2`

const byExternalId = `${select} AND u.external_id = $2`

const byIds = `${select} AND u.user_id = ANY ($2)`

const listing = `${select}
  AND ($2::uuid IS NULL OR u.user_id > $2)
  AND ($3::text IS NULL OR u.external_id = $3)
  AND ($4::text IS NULL OR u.username = $4)
  AND ($5::text IS NULL OR u.flag_delete = $5)
  AND ($6::text IS NULL
    OR u.display_name ILIKE $6 OR u.username ILIKE $6 OR u.external_id ILIKE $6 OR u.user_id = $7::uuid)
  ORDER BY u.user_id LIMIT $8`

/** In the order of their ids, as everybody does who holds several. */
const holding = `
  SELECT user_id, flag_delete, erasing OR erased_at IS NOT NULL AS is_erased FROM tb_users
  WHERE tenant_id = $1 AND user_id = ANY ($2) ORDER BY user_id`

const erasureOf = (tenantId: string, externalId: string): string => `
    SELECT e.erased_at FROM erased_ids e
    WHERE e.tenant_id = ${tenantId} AND e.id_hash = ${hashOf(tenantId, externalId)}`

const erasure = erasureOf('$1::uuid', '$2::text')

const identity = (tokensSince: string): string => `
  u.display_name, u.username, u.external_id, u.role_id, u.role_set_at, u.flag_delete, u.token_epoch,
  ${tokensSince} AS tokens_since, EXISTS (
    SELECT FROM revoked_tokens r WHERE r.tenant_id = u.tenant_id AND r.token_id = $3) AS is_revoked
  FROM tb_users u WHERE u.tenant_id = $1`

const identifying = `SELECT ${identity('u.tokens_since')} AND u.user_id = $2`

/** No more than that: there are thousands in one answer. Each is looked up: a join would go through all users. */
const standing = `
  SELECT i.place::int AS place, u.flag_delete, u.token_epoch, EXISTS (
    SELECT FROM revoked_tokens r WHERE r.tenant_id = i.tenant_id AND r.token_id = i.token_id) AS is_revoked
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS i (tenant_id, user_id, token_id, place)
  JOIN LATERAL (
    SELECT u.flag_delete, u.token_epoch FROM tb_users u
    WHERE u.tenant_id = i.tenant_id AND u.user_id = i.user_id OFFSET 0) u ON true`

/** Whoever had the id before is no matter but for the tokens of then. */
const since = `greatest(u.tokens_since, (${erasureOf('u.tenant_id', 'u.external_id')}))`

const identifyingExternal = `SELECT u.user_id, ${identity(since)} AND u.external_id = $2`

const insertingExternal = `
  INSERT INTO tb_users (tenant_id, user_id, external_id, display_name, role_id) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant_id, external_id) WHERE external_id IS NOT NULL DO NOTHING`
