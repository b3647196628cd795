import { Injectable } from '@nestjs/common'
import { InjectDataSource } from '@nestjs/typeorm'
import { In, MoreThan, type DataSource, type FindOptionsWhere, type Repository } from 'typeorm'
import { ChatError } from '../contract/errors.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { User } from './user.entity.js'

export type NewUser = Partial<User> & Pick<User, 'tenant_id' | 'user_id' | 'role_id'>
export type UserFilter = Partial<Pick<User, 'external_id' | 'username' | 'flag_delete'>>

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
  private readonly rows: Repository<User>

  constructor(@InjectDataSource() source: DataSource) {
    this.rows = source.getRepository(User)
  }

  async insert(user: NewUser): Promise<User> {
    await named(this.rows.insert(user as object))
    return this.rows.findOneByOrFail({ tenant_id: user.tenant_id, user_id: user.user_id })
  }

  find(tenantId: string, userId: string): Promise<User | null> {
    return this.rows.findOneBy({ tenant_id: tenantId, user_id: userId })
  }

  findByExternalId(tenantId: string, externalId: string): Promise<User | null> {
    return this.rows.findOneBy({ tenant_id: tenantId, external_id: externalId })
  }

  /** Those of the ids that are users of the tenant. */
  findAll(tenantId: string, userIds: string[]): Promise<User[]> {
    return this.rows.findBy({ tenant_id: tenantId, user_id: In(userIds) })
  }

  list(tenantId: string, filter: UserFilter, after: string | null, limit: number): Promise<User[]> {
    const where = {
      tenant_id: tenantId,
      ...filter,
      ...(after && { user_id: MoreThan(after) }),
    } as FindOptionsWhere<User>
    return this.rows.find({ where, order: { user_id: 'ASC' }, take: limit })
  }

  /** The row as it is then; null if there is none. A row lock: it waits for sends of this user that are being stored. */
  async update(tenantId: string, userId: string, change: Partial<User>): Promise<User | null> {
    const locks = change.flag_delete !== undefined && change.flag_delete !== 'active'
    const epoch = locks ? { token_epoch: () => 'token_epoch + 1' } : {}
    const values = { ...change, ...epoch }
    const where = { tenant_id: tenantId, user_id: userId }
    if (Object.keys(values).length) await named(this.rows.update(where, values as object))
    return this.find(tenantId, userId)
  }
}
