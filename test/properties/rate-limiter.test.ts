/** The token bucket against one that is written as everybody thinks of it: tokens that drip into a bucket. */
import fc from 'fast-check'
import type { RateLimiter, Taking } from '../../src/contract/ports.js'
import { loadConfig } from '../../src/infra/config.js'
import { MemoryRateLimiter } from '../../src/infra/rate-limiter.memory.js'
import { takeLua } from '../../src/infra/redis/rate-limiter.lua.js'
import { RedisRateLimiter } from '../../src/infra/redis/rate-limiter.redis.js'
import { Redis, Script } from '../../src/infra/redis/redis.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { until } from '../support/until.js'

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

/** One whose clock the test sets, and who keeps a bucket in spite of the true time. */
class ClockedLimiter extends RedisRateLimiter {
  protected override readonly script = new Script(takeLua({ now: `redis.call('MGET', 's', 'us')`, keptMs: '600000' }))
}

/** A limiter, and what sets its clock. */
interface Clocked {
  limiter: RateLimiter
  at(nowMs: number): Promise<unknown>
  stop(): Promise<void> | void
}

function byMemory(): Clocked {
  let nowMs = 0
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const limiter = new MemoryRateLimiter()
  const stop = (): void => {
    limiter.onModuleDestroy()
    jest.restoreAllMocks()
  }
  return { limiter, at: async (ms) => (nowMs = ms), stop }
}

async function byRedis(): Promise<Clocked> {
  const server = await RedisServer.start()
  const redis = new Redis(
    loadConfig({ REDIS_URL: server.url, REDIS_TIMEOUT_MS: '3000', DATABASE_URL: 'postgres://nowhere/none' }, false),
  )
  redis.onModuleInit()
  await until(() => redis.isUp, 'Redis to be found')
  const limiter = new ClockedLimiter(redis)
  /** In whole microseconds, long after 1970. */
  const at = (ms: number): Promise<unknown> => {
    const micros = Math.round(ms * 1000)
    return redis.command('s', 'MSET', 1_800_000_000 + Math.floor(micros / 1e6), 'us', micros % 1e6)
  }
  const stop = async (): Promise<void> => {
    limiter.onModuleDestroy()
    await redis.onApplicationShutdown()
    await server.kill()
  }
  return { limiter, at, stop }
}

function itLimits(open: () => Clocked | Promise<Clocked>): void {
  let clocked: Clocked
  beforeAll(async () => void (clocked = await open()))
  afterAll(() => clocked.stop())

  const take = async (taking: Taking) => (await clocked.limiter.take('shard', [taking]))[0]!
  const isAllowed = async (key: string, rate: Taking['rate']) => (await take({ key, rate })).allowed

  const rate = fc.record({ burst: fc.integer({ min: 1, max: 500 }), perSecond: fc.integer({ min: 1, max: 2000 }) })
  const start = fc.integer({ min: 0, max: 10_000_000 })
  const steps = fc.array(
    fc.record({ waitMs: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(3000)), count: fc.constantFrom(1, 1, 1, 2, 5) }),
    { minLength: 1, maxLength: 60 },
  )
  const once = { burst: 1, perSecond: 1 }
  let keys = 0

  it('lets through what a bucket of tokens would, and says what it holds', async () => {
    const property = fc.asyncProperty(rate, start, steps, async (limit, startMs, taken) => {
      const bucket = new Bucket(limit.burst, limit.perSecond)
      const key = `key ${keys++}`
      let passedMs = 0
      for (const { waitMs, count } of taken) {
        passedMs += waitMs
        await clocked.at(startMs + passedMs)
        const allowed = bucket.take(passedMs, count)
        const said = await take({ key, rate: limit, count })
        expect(said).toMatchObject({ allowed, remaining: allowed ? bucket.remaining : 0 })
        expect(said.resetAfterMs).toBe(bucket.resetAfterMs)
        expect(said.retryAfterMs).toBe(allowed ? 0 : bucket.retryAfterMs(count))
      }
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('allows a whole burst at once, whatever the clock says, and not one more', async () => {
    const property = fc.asyncProperty(rate, fc.double({ min: 0, max: 1e9, noNaN: true }), async (limit, startMs) => {
      await clocked.at(startMs)
      const key = `key ${keys++}`
      const allowed = await Promise.all(Array.from({ length: limit.burst + 1 }, () => isAllowed(key, limit)))
      expect(allowed).toEqual([...Array.from({ length: limit.burst }, () => true), false])
    })
    await fc.assert(property, { numRuns: 100, examples: [[{ burst: 38, perSecond: 810 }, 0]] })
  })

  it('allows one more after the time it said, and not a millisecond before', async () => {
    const property = fc.asyncProperty(rate, start, async (limit, startMs) => {
      await clocked.at(startMs)
      const key = `key ${keys++}`
      await Promise.all(Array.from({ length: limit.burst }, () => isAllowed(key, limit)))
      const { allowed, retryAfterMs } = await take({ key, rate: limit })
      expect(allowed).toBe(false)
      await clocked.at(startMs + retryAfterMs - 1)
      expect(await isAllowed(key, limit)).toBe(false)
      await clocked.at(startMs + retryAfterMs)
      expect(await isAllowed(key, limit)).toBe(true)
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('counts each key for itself', async () => {
    await clocked.at(0)
    const taken = ['a', 'b', 'a', 'b', 'c'].map((key) => isAllowed(key, once))
    expect(await Promise.all(taken)).toEqual([true, true, false, false, true])
  })

  it('takes from several in their order, up to the one that refuses', async () => {
    await clocked.at(0)
    const [wide, narrow] = [
      { key: 'wide', rate: { burst: 3, perSecond: 1 } },
      { key: 'narrow', rate: once },
    ]
    const both = async () => (await clocked.limiter.take('shard', [narrow, wide])).map(({ allowed }) => allowed)
    expect([await both(), await both(), await both()]).toEqual([[true, true], [false], [false]])
    expect((await take(wide)).remaining).toBe(1)
    expect(await clocked.limiter.take('shard', [])).toEqual([])
  })

  it('takes nothing from who took last and takes the same again, until it is full', async () => {
    await clocked.at(0)
    const by = async (id: string | null) => (await take({ key: 'by id', rate: once, id })).allowed
    const odd = 'with spaces\nand lines 0 0 '
    expect([await by(odd), await by(odd), await by('b'), await by(null), await by(odd)]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ])
    await clocked.at(1000)
    expect([await by(null), await by(odd), await by(null)]).toEqual([true, false, false])
    await clocked.at(2000)
    expect([await by('b'), await by(odd), await by('b')]).toEqual([true, false, true])
    await clocked.at(3000)
    expect([await by('b'), await by('b'), await by('c')]).toEqual([true, true, false])
  })
}

describe('the rate limiter in memory', () => {
  itLimits(byMemory)
})

whereRedisIs('the rate limiter in Redis', () => {
  itLimits(byRedis)
})
