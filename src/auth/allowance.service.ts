import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { RateLimiter, type Allowance } from '../contract/ports.js'
import type { Rate, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'

/** How much of which limit is left: what the headers of a REST answer say. */
export interface Spent extends Allowance {
  policy: 'user' | 'tenant'
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
    const tenant = this.take('tenant', `tenant:${actor.tenantId}`, limits.tenant)
    if (actor.kind === 'backend' || !tenant.allowed) return tenant
    return this.take('user', `user:${actor.tenantId}:${actor.userId}`, limits.user)
  }

  /** Counts a failed authentication. Throws `rate_limited`; right credentials are never refused by it. */
  countFailure(address: string): void {
    if (this.config.RATE_LIMITS === 'off') return
    const rate = { burst: this.config.RATE_ADDRESS_BURST, perSecond: this.config.RATE_ADDRESS_PER_SECOND }
    const { allowed, retryAfterMs } = this.limiter.take(`address:${address}`, rate)
    if (!allowed) throw tooMany(retryAfterMs, 'Too many failed authentications from this address.')
  }

  private take(policy: Spent['policy'], key: string, rate: Rate): Spent {
    return { policy, rate, ...this.limiter.take(key, rate) }
  }
}

/** The refusal, unless it was allowed. */
export function requireAllowed(spent: Spent | null): void {
  if (!spent || spent.allowed) return
  const { burst, perSecond } = spent.rate
  throw tooMany(spent.retryAfterMs, `A ${spent.policy} may send ${burst} at once and ${perSecond} a second after that.`)
}

const tooMany = (retryAfterMs: number, detail: string): ChatError =>
  new ChatError('rate_limited', detail, { retryAfterMs })
