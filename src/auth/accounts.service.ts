import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { EventBus } from '../contract/ports.js'
import type { Session } from '../contract/session.js'
import type { AccessTokenView } from '../contract/views.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { roleId } from '../users/users.dto.js'
import { UsersService, type Identity } from '../users/users.service.js'
import type { ChangePasswordDto, LoggedInView, LogInDto, RegisterDto } from './accounts.dto.js'
import { AccountsRepository } from './accounts.repository.js'
import { AttemptsService } from './attempts.service.js'
import { Passwords } from './passwords.js'
import { TokensService } from './tokens.service.js'

/** Somebody who is nobody yet. */
export interface Guest {
  /** null if their tenant's backend asks for them. */
  address: string | null
  /** By a clientKey, or by the path. */
  tenantId: string | null
}

/** A token that does not end by itself stays revoked. */
const never = Date.UTC(9999, 11, 31)

const loginFailed = (): ChatError => new ChatError('login_failed', 'The username or the password is wrong.')
const passwordWrong = (): ChatError =>
  new ChatError('password_wrong', 'The old password is wrong. Without one only the backend sets a password.')

/** People who register and log in by themselves, in tenants that let them. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly passwords: Passwords,
    private readonly attempts: AttemptsService,
    private readonly tenants: TenantsService,
    private readonly users: UsersService,
    private readonly tokens: TokensService,
    private readonly bus: EventBus,
  ) {}

  async register(guest: Guest, { tenant_id, password, ...names }: RegisterDto): Promise<LoggedInView> {
    await this.attempts.registering(guest.address)
    const tenantId = readTenant(guest, tenant_id)
    await this.requireOpen(tenantId)
    const userId = uuid()
    const hash = await this.passwords.hash(password, { tenantId, address: guest.address })
    await this.accounts.insert({ ...names, tenantId, userId, roleId: roleId('user'), hash })
    return this.loggedIn(await this.identify(tenantId, userId))
  }

  /** Whoever cannot log in learns neither by words nor by time whether there is such a user. */
  async logIn(guest: Guest, { tenant_id, username, password }: LogInDto): Promise<LoggedInView> {
    const tenantId = readTenant(guest, tenant_id)
    await this.attempts.trying(tenantId, username, guest.address)
    await this.requireOpen(tenantId)
    const account = await this.accounts.findByName(tenantId, username)
    const by = { tenantId, address: guest.address }
    const isRight = await this.passwords.matches(password, account?.hash ?? null, by)
    if (!account || !isRight) throw loginFailed()
    const identity = await this.identify(tenantId, account.user_id)
    if (identity.status !== 'active') throw new ChatError('user_locked', 'The user is locked.')
    if (identity.tokenEpoch !== account.token_epoch) throw loginFailed()
    await this.attempts.succeeded(tenantId, [username, account.user_id], guest.address)
    const answer = await this.loggedIn(identity)
    this.bus.publish({ tenantId, userId: account.user_id }, { type: 'user.logged_in' })
    return answer
  }

  /** Ends this JWT, and the sockets that live by it. The user's other tokens live on. */
  async logOut({ actor, by, tokenId, expiresAtMs }: Session<Person>): Promise<void> {
    if (by !== 'jwt') throw new ChatError('forbidden', 'Only a JWT can be logged out.')
    const { tenantId, userId } = actor
    await this.accounts.revoke({ tenantId, userId, tokenId: tokenId!, expiresAtMs: expiresAtMs ?? never })
    this.bus.publish(
      { tenantId, userId, tokenId: tokenId! },
      { type: 'session.ended', code: 'token_revoked', reason: 'The user logged out.' },
    )
    this.bus.publish({ tenantId, userId }, { type: 'user.logged_out' })
  }

  /**
   * Ends all tokens and sockets of the user, and answers a new token. A JWT alone sets no password: whoever got hold of
   * one would keep the user. The backend may, which can mint tokens for everybody anyway.
   */
  async changePassword(session: Session<Person>, input: ChangePasswordDto, address: string): Promise<AccessTokenView> {
    const { tenantId, userId } = session.actor
    await this.requireOpen(tenantId)
    const isBackend = session.by !== 'jwt'
    const from = isBackend ? undefined : await this.requirePassword(session.actor, input.old_password, address)
    const hash = await this.passwords.hash(input.password, { tenantId, address: isBackend ? null : address })
    const tokenEpoch = await this.accounts.changePassword(tenantId, userId, hash, from)
    if (tokenEpoch === null) throw passwordWrong()
    const reason = 'The password was changed.'
    this.bus.publish({ tenantId, userId }, { type: 'session.ended', code: 'token_revoked', reason })
    return this.tokens.mint({ ...(await this.identify(tenantId, userId)), tokenEpoch }, session.apiTokenId)
  }

  /** The hash of what is right. */
  private async requirePassword({ tenantId, userId }: Person, shown: string | undefined, address: string) {
    await this.attempts.trying(tenantId, userId, address)
    const hash = (await this.accounts.find(tenantId, userId))?.hash ?? null
    const isRight = shown !== undefined && (await this.passwords.matches(shown, hash, { tenantId, address }))
    if (!isRight || hash === null) throw passwordWrong()
    return hash
  }

  /** Unknown, suspended or closed: the same words, after the same look. */
  private async requireOpen(tenantId: string): Promise<void> {
    const tenant = await this.tenants.identify(tenantId)
    if (tenant?.selfRegistration && !tenant.suspended) return
    throw new ChatError('tenant_not_found', 'There is no tenant with this id where people register by themselves.')
  }

  private async identify(tenantId: string, userId: string): Promise<Identity> {
    const identity = await this.users.identify(tenantId, userId)
    if (!identity) throw loginFailed()
    return identity
  }

  private async loggedIn(identity: Identity): Promise<LoggedInView> {
    const user = await this.users.me(identity.person)
    return { ...(await this.tokens.mint(identity, null)), user }
  }
}

function readTenant({ tenantId }: Guest, said: string | undefined): string {
  if (tenantId && said && tenantId !== said) {
    throw new ChatError('credentials_disagree', 'tenant_id names another tenant than the clientKey or the path.')
  }
  const id = tenantId ?? said
  if (id) return id
  const [field, message] = ['tenant_id', 'must be said, or a clientKey sent']
  throw new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })
}
