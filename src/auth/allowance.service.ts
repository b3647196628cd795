import { Injectable } from '@nestjs/common'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { RateLimiter, Seating, type Allowance, type Seat, type Soon, type Taking } from '../contract/ports.js'
import type { Counted, Rate, Scope, Session } from '../contract/session.js'
import { networkOf } from '../infra/client-address.js'
import { Config } from '../infra/config.js'
import { soon } from '../infra/soon.js'

/** How much of which limit is left: what the headers of a REST answer say. */
export interface Spent extends Allowance, Payment {
  rate: Rate
}

interface Payment {
  what: Counted | 'failure'
  scope: Scope | 'address'
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
 * Who pays on all nodes together, after the socket, which is on one: the narrowest first. What is refused to one is not
 * counted for those after it: no socket uses up what its user may, and no user what all the others may.
 */
const payers: ['user' | 'tenant', (actor: Actor, address: string | undefined) => string | undefined][] = [
  ['user', (actor, address) => (actor.kind === 'user' ? personOf(actor, address) : undefined)],
  ['tenant', (actor) => actor.tenantId],
]

/** A guest is somebody new each time: those at one address are counted as one. */
const personOf = ({ tenantId, userId, guest }: Person, address: string | undefined): string =>
  `${tenantId}:${guest && address !== undefined ? networkOf(address) : userId}`

/** Of how many sockets somebody may have. */
interface SocketSeat extends Seat {
  whose: string
}

/** Nobody knows when one of the sockets ends that are in the way of another. */
const seatRetryMs = 5000

/** Counts what is done, for everybody who pays for it, and the sockets that there are. */
@Injectable()
export class AllowanceService {
  private readonly off: boolean

  constructor(
    private readonly limiter: RateLimiter,
    private readonly seating: Seating,
    private readonly config: Config,
  ) {
    this.off = config.RATE_LIMITS === 'off'
  }

  /** What the caller may still do after this, which may be refused; null when limits are off. */
  spend({ actor, limits }: Session, what: Counted, spending: Spending = {}): Soon<Spent | null> {
    if (this.off) return null
    const rates = limits.rates[what]
    const bySocket = this.spendHere(what, rates.socket, spending)
    if (bySocket?.allowed === false) return bySocket
    const takings: (Taking & Payment)[] = []
    for (const [scope, idOf] of payers) {
      const rate = rates[scope]
      const id = idOf(actor, spending.address)
      if (rate && id !== undefined) takings.push(takingOf(what, scope, id, rate, spending.count))
    }
    return soon(this.limiter.take(actor.tenantId, takings), (taken) => narrowest(bySocket, takings, taken))
  }

  /** A flood by one socket ends here, and asks nobody else. */
  private spendHere(what: Counted, rate: Rate | undefined, { socketId, count }: Spending): Spent | null {
    if (!rate || socketId === undefined) return null
    const taking = takingOf(what, 'socket', socketId, rate, count)
    return spentOf(taking, this.limiter.takeHere(taking))
  }

  /** The same. Throws `rate_limited`. */
  require(session: Session, what: Counted, spending?: Spending): Soon<void> {
    return soon(this.spend(session, what, spending), requireAllowed)
  }

  /** One socket more, until it leaves. Throws `rate_limited`, and then there is none more. */
  async admit(session: Session, address: string): Promise<void> {
    if (this.off) return
    const full = await this.seating.take(session.actor.tenantId, this.seatsOf(session, address))
    if (full) throw tooMany(`${full.whose} may have ${full.most} sockets.`, seatRetryMs)
    try {
      await this.require(session, 'connection', { address })
    } catch (error) {
      this.leave(session, address)
      throw error
    }
  }

  /** To be called once for each that was admitted, with the same session and address. */
  leave(session: Session, address: string): void {
    if (!this.off) this.seating.leave(session.actor.tenantId, this.seatsOf(session, address))
  }

  /** Those who pay for a socket that stays. Half of a tenant's places are out of reach of its guests. */
  private seatsOf({ actor, limits: { sockets } }: Session, address: string): SocketSeat[] {
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
  spendFailure(address: string): Soon<Spent | null> {
    if (this.off) return null
    const rate = { burst: this.config.RATE_ADDRESS_BURST, perSecond: this.config.RATE_ADDRESS_PER_SECOND }
    const takings = [takingOf('failure', 'address', address, rate)]
    return soon(this.limiter.take(address, takings), (taken) => narrowest(null, takings, taken))
  }

  /** The same. Throws `rate_limited`. */
  countFailure(address: string): Soon<void> {
    return soon(this.spendFailure(address), requireAllowed)
  }
}

/** Who asks for more at once than the burst is let in when all of it is there. */
function takingOf(what: Spent['what'], scope: Spent['scope'], id: string, rate: Rate, count = 1): Taking & Payment {
  return { what, scope, key: `${what}:${scope}:${id}`, rate, count: Math.min(count, rate.burst) }
}

const spentOf = ({ what, scope, rate }: Taking & Payment, taken: Allowance): Spent => ({ what, scope, rate, ...taken })

/** What was refused, else what is left to the narrowest. */
function narrowest(first: Spent | null, takings: (Taking & Payment)[], taken: Allowance[]): Spent | null {
  const last = taken.length - 1
  if (last >= 0 && !taken[last]!.allowed) return spentOf(takings[last]!, taken[last]!)
  return first ?? (last >= 0 ? spentOf(takings[0]!, taken[0]!) : null)
}

/** Might it have been a guess? A token that has expired was ours: whoever shows it is not to be kept from a new one. */
export const isGuess = (error: unknown): boolean =>
  error instanceof ChatError && error.status === 401 && error.code !== 'token_expired'

/** The refusal, unless it was allowed. */
export function requireAllowed(spent: Spent | null): void {
  if (spent && !spent.allowed) throw tooMany(reason(spent), spent.retryAfterMs)
}

/** Made for each event of a flood: where that was says nothing, and is dear to find out. */
function tooMany(detail: string, retryAfterMs: number): ChatError {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = new ChatError('rate_limited', detail, { retryAfterMs })
  Error.stackTraceLimit = stackTraceLimit
  return error
}

const words: Record<Counted, (count: number) => string> = {
  request: (count) => `send ${count}`,
  message: (count) => `send ${count} messages`,
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
