import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { userIdOf, type Person, type UserKey } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import type { AccessTokenView } from '../contract/views.js'
import { UsersService } from '../users/users.service.js'
import { ByKeyService } from './by-key.service.js'
import { ByTokenService } from './by-token.service.js'
import { missing, requireActive, requireGrounds } from './grounds.js'
import { GroundsService } from './grounds.service.js'
import { noCredential, StandingService } from './standing.service.js'
import { TokensService } from './tokens.service.js'

/** As what they are shown. Nobody hears of them. */
const guestName = 'Guest'

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: TokensService,
    private readonly byKey: ByKeyService,
    private readonly byToken: ByTokenService,
    private readonly standing: StandingService,
    private readonly grounds: GroundsService,
  ) {}

  /** A JWT for a user, on the backend's word. */
  async mint(session: Session, userId: string): Promise<AccessTokenView> {
    if (session.by !== 'apiToken') throw new ChatError('backend_required', 'Only the tenant’s backend mints tokens.')
    return this.mintFor({ tenantId: session.actor.tenantId, userId }, session.apiTokenId)
  }

  /** The same on nobody's word but our own. */
  async mintFor({ tenantId, userId }: UserKey, apiTokenId: string | null = null): Promise<AccessTokenView> {
    const identity = await this.users.identify(tenantId, userId)
    if (!identity) throw new ChatError('user_not_found', 'There is no user with this id.')
    return this.tokens.mint(requireActive(identity), apiTokenId)
  }

  /** Who is it? All credentials must name the same caller. Throws one of the 401s, or says who is locked out (403). */
  async authenticate(shown: Credentials): Promise<Session> {
    const { clientKey, internalKey, onBehalfOf, bearer, token, cookie, tenantId } = shown
    const sessions: Session[] = []
    if (clientKey !== undefined) sessions.push(await this.byKey.byClientKey(clientKey, tenantId))
    if (internalKey !== undefined) sessions.push(await this.byKey.byInternalKey(internalKey, onBehalfOf, tenantId))
    for (const jwt of new Set([token, bearer, cookie])) {
      if (jwt !== undefined) sessions.push(await this.byToken.byJwt(jwt, tenantId))
    }
    const [session, ...others] = sessions
    if (!session) throw missing()
    for (const other of others) requireSameCaller(session, other)
    return session
  }

  /** Somebody without a credential, where the tenant lets such people watch. Throws `credentials_missing` elsewhere. */
  async guest(tenantId: string): Promise<Session<Person>> {
    const tenant = await this.standing.requireGuests(tenantId, missing())
    const actor: Person = { kind: 'user', tenantId, userId: uuid(), role: 'user', guest: true }
    return this.standing.session(tenant, actor, guestName, noCredential) as Session<Person>
  }

  /** Another token in the place of the credential that there is: of the same caller. Throws as `authenticate` does. */
  async renew(session: Session<Person>, token: string): Promise<Session<Person>> {
    const { tenantId } = session.actor
    const renewed = await this.authenticate({ token, tenantId }).catch((error: unknown) => {
      // Perhaps another tenant's: then it is good, and of another caller.
      if (error instanceof ChatError && error.code === 'token_invalid') return this.authenticate({ token })
      throw error
    })
    requireSameCaller(session, renewed)
    return renewed as Session<Person>
  }

  /** Is a session that was good still good? Throws as `authenticate` does. */
  async recheck(session: Session): Promise<void> {
    const [grounds] = await this.grounds.of([session])
    requireGrounds(session, grounds!)
  }

  /** The same of many sessions of any tenants: why each is good no more, in its place. Those that are have the limits of now. */
  async recheckAll(sessions: readonly Session[]): Promise<(ChatError | null)[]> {
    const grounds = await this.grounds.of(sessions)
    return sessions.map((session, place) => {
      const refusal = refusalOf(() => requireGrounds(session, grounds[place]!))
      if (!refusal) session.limits = this.standing.limitsOf(grounds[place]!.tenant!)
      return refusal
    })
  }
}

function refusalOf(check: () => void): ChatError | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof ChatError) return error
    throw error
  }
}

function requireSameCaller({ actor: a }: Session, { actor: b }: Session): void {
  const same = a.tenantId === b.tenantId && a.kind === b.kind && userIdOf(a) === userIdOf(b)
  if (!same) throw new ChatError('credentials_disagree', 'The credentials name different callers.')
}
