import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { RateLimiter } from '../contract/ports.js'
import { networkOf } from '../infra/client-address.js'
import { Config } from '../infra/config.js'

interface Bucket {
  key: string
  burst: number
  perMinute: number
}

/**
 * Slows who tries passwords, right ones too. One address has few tries at one user, and more at all users; one user is
 * tried by all addresses together as often as by many. What is refused to the narrower is not counted for the wider: so
 * no single stranger uses up what a user may, and whoever has the right password waits a moment at the most.
 */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {}

  /**
   * `who` is a name or an id, whether or not anybody has it. `address` is null if a backend asks, for whomever: then it
   * tells nothing. Throws `rate_limited`.
   */
  trying(tenantId: string, who: string, address: string | null): void {
    const { RATE_LOGIN_USER_BURST: burst, RATE_LOGIN_USER_PER_MINUTE: perMinute } = this.config
    const user = `${tenantId}:${who.normalize('NFKC').toLowerCase()}`
    const ofAddress = address === null ? [] : this.ofAddress(networkOf(address), user)
    this.spend([...ofAddress, { key: `login-user:${user}`, burst, perMinute }])
  }

  /** The same of who registers. */
  registering(address: string | null): void {
    const { RATE_REGISTER_BURST: burst, RATE_REGISTER_PER_MINUTE: perMinute } = this.config
    if (address !== null) this.spend([{ key: `register:${networkOf(address)}`, burst, perMinute }])
  }

  private ofAddress(from: string, user: string): Bucket[] {
    const { config } = this
    return [
      { key: `login:${from}:${user}`, burst: config.RATE_LOGIN_BURST, perMinute: config.RATE_LOGIN_PER_MINUTE },
      {
        key: `login-address:${from}`,
        burst: config.RATE_LOGIN_ADDRESS_BURST,
        perMinute: config.RATE_LOGIN_ADDRESS_PER_MINUTE,
      },
    ]
  }

  private spend(buckets: Bucket[]): void {
    if (this.config.RATE_LIMITS === 'off') return
    for (const { key, burst, perMinute } of buckets) {
      const { allowed, retryAfterMs } = this.limiter.take(key, { burst, perSecond: perMinute / 60 })
      if (!allowed) throw new ChatError('rate_limited', 'Too many attempts; try again later.', { retryAfterMs })
    }
  }
}
