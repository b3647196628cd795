import { Injectable } from '@nestjs/common'
import { AllowanceService, isGuess } from '../auth/allowance.service.js'
import { AuthService } from '../auth/auth.service.js'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { RefreshTokenDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { Expiry } from './expiry.js'

/** By what a live socket lives: it goes on under another token, and ends when its own is taken away. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly expiry: Expiry,
  ) {}

  /**
   * Looks again at a session that the hub knows of since a moment: a revocation between the first look and then told
   * nobody. Ends the socket if it is good no more.
   */
  async recheck(connection: Connection): Promise<void> {
    try {
      await this.auth.recheck(connection.session)
    } catch (error) {
      if (error instanceof ChatError && error.status < 500) connection.end(error.code, error.message)
      // Whoever cannot be looked at is not let in unseen: they come again by themselves.
      else connection.hangUp()
    }
  }

  /** The same of many at once. Throws if they cannot be looked at: then all of them live on. */
  async recheckAll(connections: readonly Connection[]): Promise<void> {
    const sessions = connections.map(({ session }) => session)
    const refusals = await this.auth.recheckAll(sessions)
    for (const [place, connection] of connections.entries()) {
      const refusal = refusals[place]
      // Whoever goes on under another token was looked at with that one.
      if (refusal && connection.session === sessions[place]) connection.end(refusal.code, refusal.message)
    }
  }

  /** Goes on under the new token, and under it alone. If that cannot be, the socket lives on under what it had. */
  async refresh(connection: Connection, { token }: RefreshTokenDto): Promise<{ expires_at: string | null }> {
    await this.expiry.whileRenewing(connection, async () => {
      const renewed = await this.read(connection, token)
      if (!isSameToken(renewed, connection.session)) await this.replace(connection, renewed)
    })
    const { expiresAtMs } = connection.session
    // A tenant's own token may have no end.
    return { expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString() }
  }

  private async read({ session, address }: Connection, token: string): Promise<Session<Person>> {
    try {
      return await this.auth.renew(session, token)
    } catch (error) {
      if (isGuess(error)) await this.allowances.countFailure(address)
      throw error
    }
  }

  /** From the first line on, what ends sockets goes by the new session; what had ended it before is found by the look. */
  private async replace(connection: Connection, renewed: Session<Person>): Promise<void> {
    const before = connection.session
    connection.session = renewed
    try {
      await this.auth.recheck(renewed)
    } catch (error) {
      connection.session = before
      await this.recheck(connection)
      throw error
    }
    this.expiry.renewed(connection)
  }
}

const isSameToken = (a: Session, b: Session): boolean => a.tokenId === b.tokenId && a.expiresAtMs === b.expiresAtMs
