import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { RateLimiter, type Allowance } from '../contract/ports.js'
import type { Rate } from '../contract/session.js'

const sweepMs = 60_000

/** Sums of fractions are off by less than this: nobody is refused, or told a millisecond more, for a rounding. */
const roundingMs = 0.0001

/**
 * A token bucket a key, kept as one number: the time at which the bucket is full again (the generic cell rate
 * algorithm of ATM, ITU-T I.371). Keys whose bucket is full are forgotten, for they are like new ones.
 */
@Injectable()
export class MemoryRateLimiter extends RateLimiter implements OnModuleDestroy {
  private readonly fullAtMs = new Map<string, number>()
  private readonly sweeper = setInterval(() => this.sweep(), sweepMs).unref()

  take(key: string, { burst, perSecond }: Rate, count = 1): Allowance {
    const nowMs = performance.now()
    const msEach = 1000 / perSecond
    const fullAtMs = Math.max(this.fullAtMs.get(key) ?? 0, nowMs) + count * msEach
    const overMs = fullAtMs - nowMs - burst * msEach
    if (overMs > roundingMs) {
      const resetAfterMs = wholeMs((this.fullAtMs.get(key) ?? nowMs) - nowMs)
      return { allowed: false, remaining: 0, retryAfterMs: wholeMs(overMs), resetAfterMs }
    }
    this.fullAtMs.set(key, fullAtMs)
    const remaining = Math.floor((roundingMs - overMs) / msEach)
    return { allowed: true, remaining, retryAfterMs: 0, resetAfterMs: wholeMs(fullAtMs - nowMs) }
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper)
  }

  private sweep(): void {
    const nowMs = performance.now()
    for (const [key, fullAtMs] of this.fullAtMs) if (fullAtMs <= nowMs) this.fullAtMs.delete(key)
  }
}

const wholeMs = (ms: number): number => Math.max(0, Math.ceil(ms - roundingMs))
