import { Injectable, Logger } from '@nestjs/common'
import type { Allowance, Soon, Taking } from '../../contract/ports.js'
import { MemoryRateLimiter } from '../rate-limiter.memory.js'
import { redisClock, takeLua } from './rate-limiter.lua.js'
import { Redis, RedisAway, Script, type Reply } from './redis.js'

type Row = [allowed: 0 | 1, remaining: number, retryAfterMs: number, resetAfterMs: number]

/** All nodes' counts in one place, by its clock. While Redis is away, each node counts for itself: nobody is refused for that. */
@Injectable()
export class RedisRateLimiter extends MemoryRateLimiter {
  protected readonly script = new Script(takeLua(redisClock))
  private readonly logger = new Logger('rates')
  private lastFailure = ''

  constructor(private readonly redis: Redis) {
    super()
  }

  override take(shard: string, takings: readonly Taking[]): Soon<Allowance[]> {
    if (takings.length === 0 || !this.redis.isUp) return this.takeAllHere(takings)
    const keys = takings.map(({ key }) => this.redis.key(shard, 'rate', key))
    return this.redis.run(this.script, keys, takings.flatMap(told)).then(
      (rows) => (rows as Reply[] as Row[]).map(toAllowance),
      (error: Error) => {
        this.complain(error)
        return this.takeAllHere(takings)
      },
    )
  }

  /** Once, for all who ask meanwhile. That Redis is away is said elsewhere. */
  private complain(error: Error): void {
    if (error instanceof RedisAway || error.message === this.lastFailure) return
    this.lastFailure = error.message
    this.logger.warn(`each node counts for itself: ${error.message}`)
  }
}

const told = ({ rate, count = 1, id }: Taking): (string | number)[] => [rate.burst, rate.perSecond, count, id ?? '']

const toAllowance = ([allowed, remaining, retryAfterMs, resetAfterMs]: Row): Allowance => ({
  allowed: allowed === 1,
  remaining,
  retryAfterMs,
  resetAfterMs,
})
