import { Injectable } from '@nestjs/common'
import type { Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { RateLimiter, type Allowance } from '../contract/ports.js'
import type { Counted, Rate, Scope, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'

/** How much of which limit is left: what the headers of a REST answer say. */
export interface Spent extends Allowance {
  what: Counted | 'failure'
  scope: Scope | 'address'
  rate: Rate
}

interface Spending {
  /** A call may count several times, as one that joins several rooms. */
  count?: number
  /** The socket by which it came. */
  socketId?: string
}

/**
 * Who pays, the narrowest first. What is refused to one is not counted for those after it: no socket uses up what its
 * user may, and no user what all the others may.
 */
const payers: [Scope, (actor: Actor, socketId: string | undefined) => string | undefined][] = [
  ['socket', (_, socketId) => socketId],
  ['user', (actor) => (actor.kind === 'user' ? `${actor.tenantId}:${actor.userId}` : undefined)],
  ['tenant', (actor) => actor.tenantId],
]

/** Nobody knows when one of the sockets ends that are in the way of another. */
const seatRetryMs = 5000

/** Counts what is done, for everybody who pays for it, and the sockets that there are on this node. */
@Injectable()
export class AllowanceService {
  private readonly off: boolean
  private readonly sockets = new Map<string, number>()

  constructor(
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {
    this.off = config.RATE_LIMITS === 'off'
  }

  /** What the caller may still do after this, which may be refused; null when limits are off. */
  spend({ actor, limits }: Session, what: Counted, { count = 1, socketId }: Spending = {}): Spent | null {
    if (this.off) return null
    let narrowest: Spent | null = null
    for (const [scope, idOf] of payers) {
      const rate = limits.rates[what][scope]
      const id = idOf(actor, socketId)
      if (!rate || id === undefined) continue
      const spent = this.take(what, scope, id, rate, count)
      if (!spent.allowed) return spent
      narrowest ??= spent
    }
    return narrowest
  }

  /** The same. Throws `rate_limited`. */
  require(session: Session, what: Counted, spending?: Spending): void {
    requireAllowed(this.spend(session, what, spending))
  }

  /** One socket more, until it leaves. Throws `rate_limited`, and then there is none more. */
  admit(session: Session): void {
    if (this.off) return
    const seats = seatsOf(session)
    for (const { scope, key, most } of seats) {
      if ((this.sockets.get(key) ?? 0) >= most) throw tooMany(`A ${scope} may have ${most} sockets.`, seatRetryMs)
    }
    this.require(session, 'connection')
    for (const { key } of seats) this.sockets.set(key, (this.sockets.get(key) ?? 0) + 1)
  }

  /** To be called once for each that was admitted. */
  leave(session: Session): void {
    if (this.off) return
    for (const { key } of seatsOf(session)) {
      const left = this.sockets.get(key)! - 1
      if (left) this.sockets.set(key, left)
      else this.sockets.delete(key)
    }
  }

  /** One failed authentication more. Right credentials are never refused by it. */
  spendFailure(address: string): Spent | null {
    if (this.off) return null
    const rate = { burst: this.config.RATE_ADDRESS_BURST, perSecond: this.config.RATE_ADDRESS_PER_SECOND }
    return this.take('failure', 'address', address, rate)
  }

  /** The same. Throws `rate_limited`. */
  countFailure(address: string): void {
    requireAllowed(this.spendFailure(address))
  }

  /** Who asks for more at once than the burst is let in when all of it is there. */
  private take(what: Spent['what'], scope: Spent['scope'], id: string, rate: Rate, count = 1): Spent {
    return { what, scope, rate, ...this.limiter.take(`${what}:${scope}:${id}`, rate, Math.min(count, rate.burst)) }
  }
}

/** Those who pay for a socket that stays, and how many each may have. */
const seatsOf = ({ actor, limits }: Session): { scope: Scope; key: string; most: number }[] =>
  payers.flatMap(([scope, idOf]) => {
    const id = idOf(actor, undefined)
    return id === undefined ? [] : [{ scope, key: `${scope}:${id}`, most: limits.sockets[scope] ?? Infinity }]
  })

/** Might it have been a guess? A token that has expired was ours: whoever shows it is not to be kept from a new one. */
export const isGuess = (error: unknown): boolean =>
  error instanceof ChatError && error.status === 401 && error.code !== 'token_expired'

/** The refusal, unless it was allowed. */
export function requireAllowed(spent: Spent | null): void {
  if (spent && !spent.allowed) throw tooMany(reason(spent), spent.retryAfterMs)
}

const tooMany = (detail: string, retryAfterMs: number): ChatError =>
  new ChatError('rate_limited', detail, { retryAfterMs })

const words: Record<Counted, (count: number) => string> = {
  request: (count) => `send ${count}`,
  join: (count) => `join ${count} rooms`,
  connection: (count) => `open ${count} sockets`,
}

function reason({ what, scope, rate }: Spent): string {
  if (what === 'failure') return 'Too many failed authentications from this address.'
  return `A ${scope} may ${words[what](rate.burst)} at once and ${rate.perSecond} a second after that.`
}

/** The limit's name, as `user` or `tenant-join`. */
export const policyOf = ({ what, scope }: Spent): string =>
  what === 'request' || what === 'failure' ? scope : `${scope}-${what}`
