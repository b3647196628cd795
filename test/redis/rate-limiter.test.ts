/** One count for all nodes, and what each does when Redis does not answer. */
import { loadConfig } from '../../src/infra/config.js'
import { RedisRateLimiter } from '../../src/infra/redis/rate-limiter.redis.js'
import { Redis } from '../../src/infra/redis/redis.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { until } from '../support/until.js'

/** Whatever is used up stays used up. */
const rate = { burst: 100, perSecond: 0.001 }

whereRedisIs('the limiters of two nodes', () => {
  let server: RedisServer
  let redises: Redis[]
  let limiters: RedisRateLimiter[]

  beforeAll(async () => {
    server = await RedisServer.start()
    const config = loadConfig(
      { REDIS_URL: server.url, REDIS_TIMEOUT_MS: '3000', DATABASE_URL: 'postgres://nowhere/none' },
      false,
    )
    redises = [new Redis(config), new Redis(config)]
    limiters = redises.map((redis) => new RedisRateLimiter(redis))
    for (const redis of redises) redis.onModuleInit()
  })

  // A machine that is busy may take them for away.
  beforeEach(() => areUp())

  afterAll(async () => {
    for (const limiter of limiters) limiter.onModuleDestroy()
    for (const redis of redises) await redis.onApplicationShutdown()
    await server.kill()
  })

  const areUp = () => until(() => redises.every(({ isUp }) => isUp), 'Redis to be found')

  const areAllowed = async (count: number, key: string, by: RedisRateLimiter[] = limiters): Promise<number> => {
    const taken = Array.from({ length: count }, async (_, n) => by[n % by.length]!.take('shard', [{ key, rate }]))
    return (await Promise.all(taken)).filter(([one]) => one!.allowed).length
  }

  it('let through exactly what one would, of whatever is asked at once', async () => {
    expect(await areAllowed(300, 'at once')).toBe(100)
    expect(await areAllowed(10, 'at once', [limiters[0]!])).toBe(0)
  })

  it('a clock that was set back refuses nobody for longer', async () => {
    const inAnHour = Number(server.command('TIME').split('\n')[0]) + 3600
    server.command('SET', 'parley:{shard}:rate:back', `100 ${inAnHour} 0 `, 'PX', '7200000')
    const taking = { key: 'back', rate: { burst: 1, perSecond: 10 } }
    await until(async () => (await limiters[0]!.take('shard', [taking]))[0]!.allowed, 'the bucket to be full')
  })

  it('keep a bucket until it is full, and no longer', async () => {
    await limiters[0]!.take('shard', [{ key: 'short', rate: { burst: 1, perSecond: 1000 } }])
    await until(() => server.command('EXISTS', 'parley:{shard}:rate:short') === '0', 'the bucket to be forgotten')
    await limiters[0]!.take('shard', [{ key: 'long', rate: { burst: 2, perSecond: 0.01 } }])
    const keptMs = Number(server.command('PTTL', 'parley:{shard}:rate:long'))
    expect(keptMs).toBeGreaterThan(90_000)
    expect(keptMs).toBeLessThanOrEqual(100_000)
  })

  it('go on by what was left when the clock of Redis goes back', async () => {
    const ahead = Math.floor(Date.now() / 1000) + 600
    server.command('SET', 'parley:{shard}:rate:back', `99000000 ${ahead} 0 `)
    expect(await areAllowed(4, 'back')).toBe(1)
  })

  it('refuse nobody because Redis is hung, count for themselves then, and together again after', async () => {
    expect(await areAllowed(60, 'hung')).toBe(60)
    server.hang()
    // Those that ask before it is known to be away are let through, too.
    expect(await areAllowed(2, 'hung')).toBe(2)
    expect(limiters[0]!.take('shard', [{ key: 'other', rate }])).toMatchObject([{ allowed: true, remaining: 99 }])
    expect(await areAllowed(150, 'hung', [limiters[0]!])).toBe(99)
    server.goOn()
    await areUp()
    // Of the two that had waited in Redis each was taken there, too.
    expect(await areAllowed(100, 'hung')).toBe(38)
  })

  it('begin anew when it was killed', async () => {
    expect(await areAllowed(100, 'killed')).toBe(100)
    await server.kill()
    await until(() => redises.every(({ isUp }) => !isUp), 'Redis to be missed')
    expect(await areAllowed(300, 'killed')).toBe(200)
    await server.start()
    await areUp()
    expect(await areAllowed(300, 'killed')).toBe(100)
  })
})
