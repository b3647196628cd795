/** The token bucket against one that is written as everybody thinks of it: tokens that drip into a bucket. */
import fc from 'fast-check'
import { MemoryRateLimiter } from '../../src/infra/rate-limiter.memory.js'

/** Counts in whole units, so that the model cannot be wrong by a rounding: one token is `perSecond` ways of 1 ms. */
class Bucket {
  private readonly units: number
  private level: number
  private atMs = 0

  constructor(
    readonly burst: number,
    readonly perSecond: number,
  ) {
    this.units = 1000 * burst
    this.level = this.units
  }

  take(nowMs: number, count: number): boolean {
    this.level = Math.min(this.units, this.level + (nowMs - this.atMs) * this.perSecond)
    this.atMs = nowMs
    const allowed = this.level >= 1000 * count
    if (allowed) this.level -= 1000 * count
    return allowed
  }

  get remaining(): number {
    return Math.floor(this.level / 1000)
  }

  get resetAfterMs(): number {
    return Math.ceil((this.units - this.level) / this.perSecond)
  }

  retryAfterMs(count: number): number {
    return Math.ceil((1000 * count - this.level) / this.perSecond)
  }
}

describe('the rate limiter', () => {
  let nowMs: number
  let limiter: MemoryRateLimiter

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs)
    limiter = new MemoryRateLimiter()
  })
  afterEach(() => {
    limiter.onModuleDestroy()
    jest.restoreAllMocks()
  })

  const rate = fc.record({ burst: fc.integer({ min: 1, max: 500 }), perSecond: fc.integer({ min: 1, max: 2000 }) })
  const start = fc.integer({ min: 0, max: 10_000_000 })
  const steps = fc.array(
    fc.record({ waitMs: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(3000)), count: fc.constantFrom(1, 1, 1, 2, 5) }),
    { minLength: 1, maxLength: 60 },
  )
  let keys = 0

  it('lets through what a bucket of tokens would, and says what it holds', () => {
    const property = fc.property(rate, start, steps, (limit, startMs, taken) => {
      const bucket = new Bucket(limit.burst, limit.perSecond)
      const key = `key ${keys++}`
      let passedMs = 0
      for (const { waitMs, count } of taken) {
        passedMs += waitMs
        nowMs = startMs + passedMs
        const allowed = bucket.take(passedMs, count)
        const said = limiter.takeHere({ key, rate: limit, count })
        expect(said).toMatchObject({ allowed, remaining: allowed ? bucket.remaining : 0 })
        expect(said.resetAfterMs).toBe(bucket.resetAfterMs)
        expect(said.retryAfterMs).toBe(allowed ? 0 : bucket.retryAfterMs(count))
      }
    })
    fc.assert(property, { numRuns: 200 })
  })

  it('allows a whole burst at once, whatever the clock says, and not one more', () => {
    const property = fc.property(rate, fc.double({ min: 0, max: 1e9, noNaN: true }), (limit, startMs) => {
      nowMs = startMs
      const key = `key ${keys++}`
      const allowed = Array.from({ length: limit.burst + 1 }, () => limiter.takeHere({ key, rate: limit }).allowed)
      expect(allowed).toEqual([...Array.from({ length: limit.burst }, () => true), false])
    })
    fc.assert(property, { numRuns: 200, examples: [[{ burst: 38, perSecond: 810 }, 0]] })
  })

  it('allows one more after the time it said, and not a millisecond before', () => {
    const property = fc.property(rate, start, (limit, startMs) => {
      nowMs = startMs
      const key = `key ${keys++}`
      for (let i = 0; i < limit.burst; i++) limiter.takeHere({ key, rate: limit })
      const { allowed, retryAfterMs } = limiter.takeHere({ key, rate: limit })
      expect(allowed).toBe(false)
      nowMs = startMs + retryAfterMs - 1
      expect(limiter.takeHere({ key, rate: limit }).allowed).toBe(false)
      nowMs = startMs + retryAfterMs
      expect(limiter.takeHere({ key, rate: limit }).allowed).toBe(true)
    })
    fc.assert(property, { numRuns: 200 })
  })

  it('counts each key for itself', () => {
    const limit = { burst: 1, perSecond: 1 }
    nowMs = 0
    expect(['a', 'b', 'a', 'b', 'c'].map((key) => limiter.takeHere({ key, rate: limit }).allowed)).toEqual([
      true,
      true,
      false,
      false,
      true,
    ])
  })
})
