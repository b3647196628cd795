/** How all nodes are, whichever of them is asked. */
import { Redis } from '../../src/infra/redis/redis.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'

whereRedisIs('two nodes and their operator', () => {
  let redis: RedisServer
  let a: Service
  let b: Service

  beforeAll(async () => {
    redis = await RedisServer.start()
    a = await startService({ REDIS_URL: redis.url, NODE_LEASE_MS: '2000' })
    b = await a.another({ REDIS_URL: redis.url, NODE_LEASE_MS: '2000' })
  })
  afterAll(async () => {
    await a.stop()
    await redis.kill()
  })

  const nodes = async (of: Service): Promise<any[]> => (await of.operator.get('/admin/nodes')).body.items
  const sees = (of: Service, count: number): Promise<boolean> =>
    until(async () => (await nodes(of)).length === count, `${count} to be known`)

  it('each says of both how they are, itself first', async () => {
    await Promise.all([sees(a, 2), sees(b, 2)])
    const [atA, atB] = [await nodes(a), await nodes(b)]
    expect(atA.map(({ node_id }) => node_id)).toEqual(atB.map(({ node_id }) => node_id).reverse())
    for (const node of [...atA, ...atB]) expect(node).toMatchObject({ database: 'up', redis: 'up', draining: false })
  })

  it('what one said of itself is what the other hears', async () => {
    const tenant = await b.tenant()
    const ann = await tenant.user()
    await ann.socketIn(await tenant.room([ann]))
    await until(async () => (await nodes(a))[1]?.connections === 1, 'it to be told')
    expect((await nodes(a))[1]).toMatchObject({ rooms: 1 })
    expect((await nodes(a))[0]).toMatchObject({ connections: 0, rooms: 0 })
  })

  it('while Redis is away a node knows of itself alone, and says so', async () => {
    redis.hang()
    await until(() => !a.app.get(Redis).isUp, 'Redis to be missed')
    expect(await nodes(a)).toMatchObject([{ redis: 'down' }])
    redis.goOn()
    await sees(a, 2)
  })

  it('one that ended is shown no more', async () => {
    await b.stop()
    await sees(a, 1)
  })
})
