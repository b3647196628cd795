/** The nodes by their leases in Redis: who died is found out by each of the others, and who lives is not taken for dead. */
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { Member } from '../support/redis-nodes.js'
import { until } from '../support/until.js'

whereRedisIs('nodes', () => {
  let server: RedisServer
  let members: Member[]

  beforeEach(async () => {
    server = await RedisServer.start()
    members = [await Member.start(server), await Member.start(server), await Member.start(server)]
    await until(() => members[0]!.nodes.isGone('nobody'), 'the first lease')
  })

  afterEach(async () => {
    for (const member of members) member.die()
    await server.kill()
  })

  const [first, second, third] = [() => members[0]!, () => members[1]!, () => members[2]!]

  /** Each is heard of by those who are alive, and nobody else is. */
  const expectGone = async (ids: string[], by: Member[]): Promise<void> => {
    for (const { gone } of by) await until(() => gone.length >= ids.length, 'them to be gone')
    for (const { gone } of by) expect([...gone].sort()).toEqual([...ids].sort())
  }

  it('one that dies without a word is heard of once by each, and one that ends in order, too', async () => {
    third().die()
    await expectGone([third().nodes.id], [first(), second()])
    expect(first().nodes.isGone(third().nodes.id)).toBe(true)
    expect(first().nodes.isGone(second().nodes.id)).toBe(false)
    await second().end()
    await expectGone([third().nodes.id, second().nodes.id], [first()])
    expect(first().forgotten).toEqual([])
  })

  it('that start later know who was gone before', async () => {
    third().die()
    await expectGone([third().nodes.id], [first(), second()])
    const fourth = await Member.start(server)
    members.push(fourth)
    await until(() => fourth.nodes.isGone(third().nodes.id), 'it to be gone')
    expect(fourth.gone).toEqual([])
  })

  it('are not gone because Redis hung for longer than a lease, or came back empty', async () => {
    server.hang()
    await until(() => members.every(({ redis }) => !redis.isUp), 'Redis to be missed')
    const hungMs = performance.now()
    await until(() => performance.now() > hungMs + 1200, 'more than two leases')
    server.goOn()
    for (const member of members) await member.up()
    await server.kill()
    await until(() => members.every(({ redis }) => !redis.isUp), 'Redis to be missed')
    await server.start()
    for (const { forgotten } of members) await until(() => forgotten.includes('emptied'), 'its emptiness')
    for (const { nodes } of members) await until(() => nodes.isWhole, 'all to have come back')
    for (const { gone, forgotten } of members) expect([gone, forgotten]).toEqual([[], ['emptied']])
    third().die()
    await expectGone([third().nodes.id], [first(), second()])
  })

  it('find out that all was flushed though the connection lived', async () => {
    server.command('FLUSHALL')
    for (const { forgotten } of members) await until(() => forgotten.length, 'its emptiness')
    for (const { nodes } of members) await until(() => nodes.isWhole, 'all to have come back')
    for (const { gone, forgotten } of members) expect([gone, forgotten]).toEqual([[], ['emptied']])
  })

  it('find out that Redis is as it was some time ago', async () => {
    const key = members[0]!.redis.key('nodes', 'beats')
    await until(() => Number(server.command('GET', key)) > 10, 'some beats')
    // What a snapshot had that was made before.
    server.command('SET', key, '3')
    for (const { forgotten } of members) await until(() => forgotten.length, 'what was lost')
    for (const { nodes } of members) await until(() => nodes.isWhole, 'all to have come back')
    for (const { gone, forgotten } of members) expect([gone, forgotten]).toEqual([[], ['emptied']])
  })

  it('one that was taken for dead hears of it', async () => {
    const { redis, nodes } = third()
    // What the others do when its lease is over.
    server.command('ZREM', redis.key('nodes', 'leases'), nodes.id)
    await until(() => third().forgotten.length, 'it to hear of it')
    expect(third().forgotten).toEqual(['lapsed'])
    expect(nodes.isWhole).toBe(true)
  })
})
