import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { KnownPlaces, RateLimiter, type Allowance } from '../contract/ports.js'
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
 * no single stranger uses up what a user may. Many together can, but not what the user may who comes from where they
 * logged in lately.
 */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly known: KnownPlaces,
    private readonly config: Config,
  ) {}

  /**
   * `who` is a name or an id, whether or not anybody has it. `address` is null if a backend asks, for whomever: then it
   * tells nothing. Throws `rate_limited`.
   */
  async trying(tenantId: string, who: string, address: string | null): Promise<void> {
    const user = userKey(tenantId, who)
    if (address === null) return this.spend([this.ofUser(user)])
    const ofAddress = this.ofAddress(networkOf(address, 48))
    // Nothing is kept by what names somebody makes up who may try none.
    await this.requireLeft(ofAddress)
    const isKnown = await this.known.has(pairKey(address, user))
    await this.spend([this.ofPair(address, user), ofAddress, ...(isKnown ? [] : [this.ofUser(user)])])
  }

  /** They had the right password, whichever of these they were called by. */
  async succeeded(tenantId: string, names: string[], address: string | null): Promise<void> {
    if (address === null) return
    await Promise.all(names.map(async (who) => this.known.see(pairKey(address, userKey(tenantId, who)))))
  }

  /** The same of who registers. */
  async registering(address: string | null): Promise<void> {
    const { RATE_REGISTER_BURST: burst, RATE_REGISTER_PER_MINUTE: perMinute } = this.config
    if (address !== null) await this.spend([{ key: `register:${networkOf(address)}`, burst, perMinute }])
  }

  private ofPair(address: string, user: string): Bucket {
    const { RATE_LOGIN_BURST: burst, RATE_LOGIN_PER_MINUTE: perMinute } = this.config
    return { key: `login:${pairKey(address, user)}`, burst, perMinute }
  }

  private ofAddress(network: string): Bucket {
    const { RATE_LOGIN_ADDRESS_BURST: burst, RATE_LOGIN_ADDRESS_PER_MINUTE: perMinute } = this.config
    return { key: `login-address:${network}`, burst, perMinute }
  }

  private ofUser(user: string): Bucket {
    const { RATE_LOGIN_USER_BURST: burst, RATE_LOGIN_USER_PER_MINUTE: perMinute } = this.config
    return { key: `login-user:${user}`, burst, perMinute }
  }

  /** Throws what spending would, and spends nothing. */
  private async requireLeft(bucket: Bucket): Promise<void> {
    const { remaining } = await this.take(bucket, 0)
    if (remaining < 1) await this.spend([bucket])
  }

  /** Each for itself: they are not all of one tenant. */
  private async spend(buckets: Bucket[]): Promise<void> {
    for (const bucket of buckets) {
      const { allowed, retryAfterMs } = await this.take(bucket)
      if (!allowed) throw new ChatError('rate_limited', 'Too many attempts; try again later.', { retryAfterMs })
    }
  }

  private async take({ key, burst, perMinute }: Bucket, count = 1): Promise<Allowance> {
    if (this.config.RATE_LIMITS === 'off') return unlimited
    const [taken] = await this.limiter.take(key, [{ key, rate: { burst, perSecond: perMinute / 60 }, count }])
    return taken!
  }
}

const unlimited: Allowance = { allowed: true, remaining: Infinity, retryAfterMs: 0, resetAfterMs: 0 }

const userKey = (tenantId: string, who: string): string => `${tenantId}:${who.normalize('NFKC').toLowerCase()}`

const pairKey = (address: string, user: string): string => `${networkOf(address)}:${user}`
