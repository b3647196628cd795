import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { RateLimiter, type Allowance } from '../contract/ports.js'
import type { Rate, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'

/** How much of which limit is left: what the headers of a REST answer say. */
export interface Spent extends Allowance {
  policy: 'user' | 'tenant' | 'address'
  rate: Rate
}

/** One request or event more: each counts for its user and for its tenant. */
@Injectable()
export class AllowanceService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {}

  /** What the caller may still do after this one, which may be refused; null when limits are off. */
  spend({ actor, limits }: Session): Spent | null {
    if (this.config.RATE_LIMITS === 'off') return null
    const user = actor.kind === 'user' ? this.take('user', `user:${actor.tenantId}:${actor.userId}`, limits.user) : null
    // What a user is refused is not the tenant's: nobody uses up what all the others may.
    if (user && !user.allowed) return user
    const tenant = this.take('tenant', `tenant:${actor.tenantId}`, limits.tenant)
    return user && tenant.allowed ? user : tenant
  }

  /** One failed authentication more. Right credentials are never refused by it. */
  spendFailure(address: string): Spent | null {
    if (this.config.RATE_LIMITS === 'off') return null
    const rate = { burst: this.config.RATE_ADDRESS_BURST, perSecond: this.config.RATE_ADDRESS_PER_SECOND }
    return this.take('address', `address:${address}`, rate)
  }

  /** The same. Throws `rate_limited`. */
  countFailure(address: string): void {
    requireAllowed(this.spendFailure(address))
  }

  private take(policy: Spent['policy'], key: string, rate: Rate): Spent {
    return { policy, rate, ...this.limiter.take(key, rate) }
  }
}

/** Might it have been a guess? A token that has expired was ours: whoever shows it is not to be kept from a new one. */
export const isGuess = (error: unknown): boolean =>
  error instanceof ChatError && error.status === 401 && error.code !== 'token_expired'

/** The refusal, unless it was allowed. */
export function requireAllowed(spent: Spent | null): void {
  if (!spent || spent.allowed) return
  throw new ChatError('rate_limited', reason(spent), { retryAfterMs: spent.retryAfterMs })
}

function reason({ policy, rate }: Spent): string {
  if (policy === 'address') return 'Too many failed authentications from this address.'
  return `A ${policy} may send ${rate.burst} at once and ${rate.perSecond} a second after that.`
}
