import { Injectable } from '@nestjs/common'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { RateLimiter, type Allowance } from '../contract/ports.js'
import type { Counted, Rate, Scope, Session } from '../contract/session.js'
import { networkOf } from '../infra/client-address.js'
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
  /** Where it came from. */
  address?: string
}

/**
 * Who pays, the narrowest first. What is refused to one is not counted for those after it: no socket uses up what its
 * user may, and no user what all the others may.
 */
const payers: [Scope, (actor: Actor, spending: Spending) => string | undefined][] = [
  ['socket', (_, { socketId }) => socketId],
  ['user', (actor, { address }) => (actor.kind === 'user' ? personOf(actor, address) : undefined)],
  ['tenant', (actor) => actor.tenantId],
]

/** A guest is somebody new each time: those at one address are counted as one. */
const personOf = ({ tenantId, userId, guest }: Person, address: string | undefined): string =>
  `${tenantId}:${guest && address !== undefined ? networkOf(address) : userId}`

/** How many sockets somebody may have, under which key they are counted. */
interface Seats {
  whose: string
  key: string
  most: number
}

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
  spend({ actor, limits }: Session, what: Counted, spending: Spending = {}): Spent | null {
    if (this.off) return null
    let narrowest: Spent | null = null
    for (const [scope, idOf] of payers) {
      const rate = limits.rates[what][scope]
      const id = idOf(actor, spending)
      if (!rate || id === undefined) continue
      const spent = this.take(what, scope, id, rate, spending.count)
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
  admit(session: Session, address: string): void {
    if (this.off) return
    const seats = this.seatsOf(session, address)
    for (const { whose, key, most } of seats) {
      if ((this.sockets.get(key) ?? 0) >= most) throw tooMany(`${whose} may have ${most} sockets.`, seatRetryMs)
    }
    this.require(session, 'connection', { address })
    for (const { key } of seats) this.sockets.set(key, (this.sockets.get(key) ?? 0) + 1)
  }

  /** To be called once for each that was admitted, with the same address. */
  leave(session: Session, address: string): void {
    if (this.off) return
    for (const { key } of this.seatsOf(session, address)) {
      const left = this.sockets.get(key)! - 1
      if (left) this.sockets.set(key, left)
      else this.sockets.delete(key)
    }
  }

  /** Those who pay for a socket that stays. Half of a tenant's places are out of reach of its guests. */
  private seatsOf({ actor, limits: { sockets } }: Session, address: string): Seats[] {
    const { user = Infinity, tenant = Infinity } = sockets
    const all = { whose: 'A tenant', key: `tenant:${actor.tenantId}`, most: tenant }
    if (actor.kind !== 'user') return [all]
    const key = `user:${personOf(actor, address)}`
    if (!actor.guest) return [{ whose: 'A user', key, most: user }, all]
    return [
      { whose: 'Guests at one address', key, most: this.config.MAX_GUEST_SOCKETS_PER_ADDRESS },
      { whose: 'A tenant’s guests', key: `guests:${actor.tenantId}`, most: Math.ceil(tenant / 2) },
      all,
    ]
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
