import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { RateLimiter, type Allowance, type Soon, type Taking } from '../contract/ports.js'

const sweepMs = 60_000

/** Sums of fractions are off by less than this: nobody is refused, or told a millisecond more, for a rounding. */
export const roundingMs = 0.0001

/**
 * A token bucket a key, kept as one number: the time at which the bucket is full again (the generic cell rate
 * algorithm of ATM, ITU-T I.371). Keys whose bucket is full are forgotten, for they are like new ones.
 */
@Injectable()
export class MemoryRateLimiter extends RateLimiter implements OnModuleDestroy {
  private readonly fullAtMs = new Map<string, number>()
  /** By which id a bucket was taken from last, if it was by one. */
  private readonly lastIds = new Map<string, string>()
  private readonly sweeper = setInterval(() => this.sweep(), sweepMs).unref()

  take(_shard: string, takings: readonly Taking[]): Soon<Allowance[]> {
    return this.takeAllHere(takings)
  }

  takeHere({ key, rate: { burst, perSecond }, count = 1, id }: Taking): Allowance {
    const nowMs = performance.now()
    const msEach = 1000 / perSecond
    const keptMs = this.fullAtMs.get(key) ?? nowMs
    const takesMs = this.isAgain(key, id, keptMs > nowMs) ? 0 : count * msEach
    const fullAtMs = Math.max(keptMs, nowMs) + takesMs
    const overMs = fullAtMs - nowMs - burst * msEach
    if (overMs > roundingMs) {
      return { allowed: false, remaining: 0, retryAfterMs: wholeMs(overMs), resetAfterMs: wholeMs(keptMs - nowMs) }
    }
    this.fullAtMs.set(key, fullAtMs)
    if (id) this.lastIds.set(key, id)
    else if (id === null) this.lastIds.delete(key)
    const remaining = Math.floor((roundingMs - overMs) / msEach)
    return { allowed: true, remaining, retryAfterMs: 0, resetAfterMs: wholeMs(fullAtMs - nowMs) }
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper)
  }

  protected takeAllHere(takings: readonly Taking[]): Allowance[] {
    const answers: Allowance[] = []
    for (const taking of takings) {
      const answer = this.takeHere(taking)
      answers.push(answer)
      if (!answer.allowed) break
    }
    return answers
  }

  private isAgain(key: string, id: string | null | undefined, isKept: boolean): boolean {
    return isKept && Boolean(id) && this.lastIds.get(key) === id
  }

  private sweep(): void {
    const nowMs = performance.now()
    for (const [key, fullAtMs] of this.fullAtMs) {
      if (fullAtMs > nowMs) continue
      this.fullAtMs.delete(key)
      this.lastIds.delete(key)
    }
  }
}

const wholeMs = (ms: number): number => Math.max(0, Math.ceil(ms - roundingMs))
