import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage } from '../contract/page.js'
import { EventBus, type Statements } from '../contract/ports.js'
import type { Page, UserStatus, UserView } from '../contract/views.js'
import type { User } from './user.entity.js'
import { roleId, roleOf, toUserView } from './users.dto.js'
import type { CreateUserDto, ListUsersDto, UpdateMeDto, UpdateUserDto } from './users.dto.js'
import { UsersRepository, type HeldRow, type IdentityRow, type Lock } from './users.repository.js'
import type { StandingRow, TokenHolder } from './users.repository.js'

export const userNotFound = (): ChatError => new ChatError('user_not_found', 'There is no user with this id.')

const userLocked = (): ChatError => new ChatError('user_locked', 'The user is locked.')

/** How people are held: also such that are locked, unless all must be `active`. */
export interface Holding {
  active?: boolean
  lock?: Lock
}

/** What a user's token stands on. */
export interface UserStanding {
  status: UserStatus
  tokenEpoch: number
  /** Was the token that was shown, if any, revoked by itself? */
  isTokenRevoked: boolean
}

/** What whoever authenticates must know of a user. */
export interface Identity extends UserStanding {
  person: Person
  name: string | null
  /** When it began, if it is not the first. */
  tokensSince: Date | null
  /** When the role was last said here, if it ever was. */
  roleSetAt: Date | null
}

/** Who is known to the tenant, and perhaps not yet here. */
export interface Stranger {
  externalId: string
  name: string | null
}

type Admit = (erasedAt: Date | null) => void

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly bus: EventBus,
  ) {}

  /** Makes a user; with an `external_id` that is there already, changes and answers that one. */
  async upsert(actor: Actor, input: CreateUserDto): Promise<{ created: boolean; user: UserView }> {
    requireBackend(actor)
    const existing = input.external_id ? await this.users.findByExternalId(actor.tenantId, input.external_id) : null
    if (existing) return { created: false, user: await this.change(actor, existing.user_id, input) }
    try {
      const { role = 'user', ...fields } = input
      const row = await this.users.insert({
        ...fields,
        tenant_id: actor.tenantId,
        user_id: uuid(),
        role_id: roleId(role),
      })
      return { created: true, user: toUserView(actor, row) }
    } catch (error) {
      // Somebody made it in between: it is there now, and found.
      if (error instanceof ChatError && error.code === 'external_id_taken') return this.upsert(actor, input)
      throw error
    }
  }

  async list(actor: Actor, { limit, cursor, status, q, ...names }: ListUsersDto): Promise<Page<UserView>> {
    const seesAll = actor.kind === 'backend' || actor.role === 'admin'
    const shown = seesAll ? status : 'active'
    if (!seesAll && status && status !== 'active') {
      throw new ChatError('forbidden', 'Only the backend and admins see users that are not active.')
    }
    if (!seesAll && q !== undefined) {
      throw new ChatError('forbidden', 'Only the backend and admins find users by a part of their names.')
    }
    const filter = { ...names, ...(q !== undefined && { named: q }), ...(shown && { flag_delete: shown }) }
    const rows = await this.users.list(actor.tenantId, filter, readCursor(cursor)?.id ?? null, limit + 1)
    return toPage(
      rows,
      limit,
      (row) => ({ id: row.user_id, time: null }),
      (row) => toUserView(actor, row),
    )
  }

  async get(actor: Actor, userId: string): Promise<UserView> {
    const row = await this.users.find(actor.tenantId, userId)
    if (!row) throw userNotFound()
    return toUserView(actor, row)
  }

  /** With the role as which they came: others see the stored one. */
  async me(actor: Person): Promise<UserView> {
    return { ...(await this.get(actor, actor.userId)), role: actor.role }
  }

  async updateMe(actor: Person, input: UpdateMeDto): Promise<UserView> {
    return { ...(await this.change(actor, actor.userId, input)), role: actor.role }
  }

  /** Changes anybody: for the backend and for admins. Nobody sets their own role, status or external_id. */
  async update(actor: Actor, userId: string, input: UpdateUserDto): Promise<UserView> {
    requireAdmin(actor)
    const mine = actor.kind === 'user' && actor.userId === userId
    if (mine && (input.role !== undefined || input.status !== undefined)) {
      throw new ChatError('forbidden', 'Nobody sets their own role or status.')
    }
    if (input.external_id !== undefined) requireBackend(actor)
    return this.change(actor, userId, input)
  }

  /** Locks the user. Nothing of what they wrote is lost, and `PATCH { status: "active" }` undoes it. */
  async lock(actor: Actor, userId: string): Promise<void> {
    await this.update(actor, userId, { status: 'delete' })
  }

  /** For whoever authenticates; null if the tenant has no such user. */
  async identify(tenantId: string, userId: string, tokenId: string | null = null): Promise<Identity | null> {
    const row = await this.users.identify(tenantId, userId, tokenId)
    return row && toIdentity(tenantId, userId, row)
  }

  /**
   * The same by the tenant's own id, of which the first sight makes the user. However many come at once, it is one. `admit`
   * may throw: it is told when somebody of that id was erased, before another is made.
   */
  async meet(
    tenantId: string,
    { externalId, name }: Stranger,
    tokenId: string | null = null,
    admit: Admit = () => undefined,
  ): Promise<Identity> {
    const find = () => this.users.identifyExternal(tenantId, externalId, tokenId)
    let row = await find()
    if (!row) {
      admit(await this.users.erasedAt(tenantId, externalId))
      await this.users.insertExternal({ tenantId, userId: uuid(), externalId, name, roleId: roleId('user') })
      row = await find()
    }
    // Erased between the two looks: whoever tries again is a new user.
    if (!row) throw new ChatError('unavailable', 'The user is being changed; try again.', { retryAfterMs: 1000 })
    return toIdentity(tenantId, row.user_id, row)
  }

  /** Of people of any tenants, each in their place: what their tokens stand on; null where there is nobody. */
  async standings(people: readonly TokenHolder[]): Promise<(UserStanding | null)[]> {
    return (await this.users.standings(people)).map((row) => row && toStanding(row))
  }

  /** Throws `user_locked`, whatever the actor's credential said. */
  async requireActive(actor: Actor): Promise<void> {
    const row = actor.kind === 'user' ? await this.users.find(actor.tenantId, actor.userId) : null
    if (actor.kind === 'user' && row?.flag_delete !== 'active') throw userLocked()
  }

  /** Throws `user_not_found` unless each id is a user of the actor's tenant, who is not erased. */
  async requireAll(actor: Actor, userIds: string[]): Promise<void> {
    const found = await this.users.findAll(actor.tenantId, userIds)
    const present = found.filter((row) => !row.erasing && !row.erased_at)
    requireEach(userIds, present)
  }

  /** The same, and `user_locked` unless the actor is active; it then stays so to the end of the transaction. */
  async holdAll(tx: Statements, actor: Actor, userIds: readonly string[], how: Holding = {}): Promise<void> {
    const { lock = 'SHARE', active = false } = how
    const held = await this.users.hold(tx, actor.tenantId, [...userIds, ...idsOf(actor)], lock)
    if (actor.kind === 'user' && !held.some((row) => row.user_id === actor.userId && isActive(row))) throw userLocked()
    const present = held.filter((row) => (active ? isActive(row) : !row.is_erased))
    requireEach(userIds, present)
  }

  private async change(actor: Actor, userId: string, input: UpdateUserDto): Promise<UserView> {
    const { role, status, ...fields } = input
    const row = await this.users.update(actor.tenantId, userId, {
      ...(fields as Partial<User>),
      ...(role && { role_id: roleId(role) }),
      ...(status && { flag_delete: status }),
    })
    if (!row) throw userNotFound()
    if (row.erasing || row.erased_at) throw new ChatError('user_erased', 'The user was erased, which cannot be undone.')
    if (status && status !== 'active') this.endSessions(row)
    return toUserView(actor, row)
  }

  private endSessions({ tenant_id, user_id }: User): void {
    const audience = { tenantId: tenant_id, userId: user_id }
    this.bus.publish(audience, { type: 'session.ended', code: 'user_locked', reason: 'The user was locked.' })
  }
}

const toIdentity = (tenantId: string, userId: string, row: IdentityRow): Identity => ({
  person: { kind: 'user', tenantId, userId, role: roleOf(row) },
  name: row.display_name ?? row.username ?? row.external_id,
  tokensSince: row.tokens_since,
  roleSetAt: row.role_set_at,
  ...toStanding(row),
})

const toStanding = ({ flag_delete, token_epoch, is_revoked }: StandingRow): UserStanding => ({
  status: flag_delete,
  tokenEpoch: token_epoch,
  isTokenRevoked: is_revoked,
})

const isActive = ({ flag_delete }: HeldRow): boolean => flag_delete === 'active'

const idsOf = (actor: Actor): string[] => (actor.kind === 'user' ? [actor.userId] : [])

function requireEach(userIds: readonly string[], rows: { user_id: string }[]): void {
  const found = new Set(rows.map((row) => row.user_id))
  const missing = userIds.find((id) => !found.has(id))
  if (missing) throw new ChatError('user_not_found', `There is no user ${missing}.`)
}

function requireBackend(actor: Actor): void {
  if (actor.kind !== 'backend') throw new ChatError('backend_required', 'Only the tenant’s backend may do this.')
}

export function requireAdmin(actor: Actor): void {
  if (actor.kind === 'backend' || actor.role === 'admin') return
  throw new ChatError('forbidden', 'Only the backend and admins may do this.')
}
