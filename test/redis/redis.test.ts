/** The connection to Redis: whoever asks is answered or refused at once, whatever becomes of it. */
import { loadConfig } from '../../src/infra/config.js'
import { Redis, RedisAway, Script } from '../../src/infra/redis/redis.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { until } from '../support/until.js'

whereRedisIs('Redis', () => {
  let server: RedisServer
  let redis: Redis
  let times = 0

  beforeAll(async () => {
    server = await RedisServer.start()
    redis = new Redis(loadConfig({ REDIS_URL: server.url, DATABASE_URL: 'postgres://nowhere/none' }, false))
    redis.onUp(() => times++)
    redis.onModuleInit()
    await isUp()
  })

  afterAll(async () => {
    await redis.onApplicationShutdown()
    await server.kill()
  })

  const isUp = () => until(() => redis.isUp, 'Redis to be found')
  const echo = new Script('return { KEYS[1], ARGV[1] }')

  it('runs scripts, known to it or not', async () => {
    const key = redis.key('tenant', 'key')
    expect(await redis.run(echo, [key], [7])).toEqual(['parley:{tenant}:key', '7'])
    expect(await redis.run(echo, [key], [8])).toEqual(['parley:{tenant}:key', '8'])
    expect(await redis.command(key, 'SET', 'value')).toBe('OK')
    expect(await redis.command(key, 'GET')).toBe('value')
  })

  it('hung: it is away, and there again when it goes on', async () => {
    server.hang()
    const asked = redis.command('key', 'GET')
    await expect(asked).rejects.toThrow(RedisAway)
    await expect(redis.command('key', 'GET')).rejects.toThrow('Redis is away.')
    server.goOn()
    await isUp()
    expect(await redis.command('key', 'GET')).toBe(null)
  })

  it.each([
    ['full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ])('%s: what answers and takes nothing is away', async (_, begin, end) => {
    server.command(...begin)
    await until(() => !redis.isUp, 'Redis to be missed')
    await expect(redis.command('key', 'GET')).rejects.toThrow(RedisAway)
    server.command(...end)
    await isUp()
    expect(await redis.command('key', 'SET', 'value')).toBe('OK')
    await redis.command('key', 'DEL')
  })

  it('killed and back empty: whoever keeps something there is told', async () => {
    const before = times
    await server.kill()
    await until(() => !redis.isUp, 'Redis to be missed')
    await server.start()
    await isUp()
    expect(times).toBe(before + 1)
    expect(await redis.run(echo, ['key'], [9])).toEqual(['key', '9'])
  })
})
