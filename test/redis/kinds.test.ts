/** The bus over each kind of Redis that there is: a cluster, where channels are on many shards, and one of before Redis 7. */
import { Logger } from '@nestjs/common'
import type { ChatEvent } from '../../src/contract/events.js'
import { RedisCluster, asOld } from '../support/redis-cluster.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { startService } from '../support/service.js'
import { until } from '../support/until.js'
import { redisBus, type BusOfNode } from './buses.js'

const tenantId = '018f0000-0000-7000-8000-000000000001'
const rooms = Array.from({ length: 50 }, (_, n) => ({ tenantId, roomId: `room-${n}` }))
const said = (room_id: string): ChatEvent => ({ type: 'viewers', room_id, count: 1 })
const removed = (room_id: string): ChatEvent => ({ type: 'room.removed', room_id })

beforeAll(() => Logger.overrideLogger(false))

/** Says in every room and to the tenant, and waits until it is heard there. */
async function expectHeard(from: BusOfNode, at: BusOfNode, name: string): Promise<void> {
  at.heard.splice(0)
  const names = ['1', '2', '3'].map((n) => `${name} ${n}`)
  for (const room of rooms) from.bus.publish(room, said(room.roomId))
  for (const one of names) from.bus.publish({ tenantId, userId: 'u' }, removed(one))
  await until(() => at.heard.length >= rooms.length + names.length, 'all of it to be heard')
  const heard = at.heard.map(({ event }) => event)
  expect(heard.filter(({ type }) => type === 'room.removed')).toEqual(names.map(removed))
  const ids = heard.flatMap((event) => (event.type === 'viewers' ? event.room_id : []))
  expect(ids.sort()).toEqual(rooms.map(({ roomId }) => roomId).sort())
}

/** Two nodes, of which one listens everywhere. */
async function twoNodes(url: string): Promise<[BusOfNode, BusOfNode]> {
  const [a, b] = [await redisBus(url), await redisBus(url)]
  const places = [{ tenantId }, ...rooms]
  for (const place of places) b.bus.listen(place)
  await until(() => b.missed.length >= places.length, 'all of them to be heard', 20_000)
  return [a, b]
}

whereRedisIs('a cluster', () => {
  let cluster: RedisCluster
  let a: BusOfNode
  let b: BusOfNode

  beforeAll(async () => {
    cluster = await RedisCluster.start()
    ;[a, b] = await twoNodes(cluster.url)
  })
  afterAll(async () => {
    for (const node of [a, b]) node.stop()
    await cluster.stop()
  })

  it('is found by asking, and the rooms of one tenant are on all of its shards', async () => {
    expect(a.redis!.traits).toEqual({ isCluster: true, hasShardChannels: true })
    for (const server of cluster.servers) {
      expect(server.command('PUBSUB', 'SHARDCHANNELS', `parley:{${tenantId}:*`).split('\n').length).toBeGreaterThan(5)
    }
    await expectHeard(a, b, 'at first')
  })

  it('a shard whose subscribers are cut is heard again, and what lasts waited', async () => {
    b.missed.splice(0)
    for (const server of cluster.servers) server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    a.bus.publish({ tenantId, userId: 'u' }, removed('meanwhile'))
    await until(() => b.heard.some(({ event }) => event.type === 'room.removed' && event.room_id === 'meanwhile'), 'it')
    await until(() => new Set(b.missed.map((place) => JSON.stringify(place))).size > rooms.length, 'all to be heard')
    await expectHeard(a, b, 'cut')
  })

  it('whole nodes talk over it', async () => {
    const here = await startService({ REDIS_URL: cluster.url })
    const there = await here.another({ REDIS_URL: cluster.url })
    const tenant = await here.tenant()
    const [ann, bob] = [await tenant.user(), await tenant.user()]
    const roomId = await tenant.room([ann, bob])
    const socket = await bob.at(there).socketIn(roomId)
    expect((await ann.rest.get(`/user/${bob.userId}/status`)).status).toBe(200)
    await ann.send(roomId, 'over a cluster')
    expect(await socket.next('new_message')).toMatchObject([{ text_message: 'over a cluster' }])
    expect((await tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })).status).toBe(200)
    await socket.disconnected()
    for (const node of [there, here]) await node.stop()
  })

  it('a slot that moves is heard where it is then', async () => {
    const [from, to] = [cluster.servers[0]!, cluster.servers[1]!]
    const ids = [from, to].map((server) => server.command('CLUSTER', 'MYID'))
    const channel = from.command('PUBSUB', 'SHARDCHANNELS', `parley:{${tenantId}:*`).split('\n')[0]!
    const slot = from.command('CLUSTER', 'KEYSLOT', channel)
    const isAt = (server: RedisServer): boolean => server.command('PUBSUB', 'SHARDCHANNELS', channel) === channel
    for (const server of [to, from, cluster.servers[2]!]) server.command('CLUSTER', 'SETSLOT', slot, 'NODE', ids[1]!)
    await until(() => isAt(to), 'the channel to be heard at the other server', 15_000)
    await expectHeard(a, b, 'moved')
  })
})

whereRedisIs('Redis 6', () => {
  let server: RedisServer
  let old: Awaited<ReturnType<typeof asOld>>
  let a: BusOfNode
  let b: BusOfNode

  beforeAll(async () => {
    server = await RedisServer.start()
    old = await asOld(server)
    ;[a, b] = await twoNodes(old.url)
  })
  afterAll(async () => {
    for (const node of [a, b]) node.stop()
    await server.kill()
    old.stop()
  })

  it('is spoken to by plain channels', async () => {
    expect(a.redis!.traits).toEqual({ isCluster: false, hasShardChannels: false })
    expect(server.command('PUBSUB', 'SHARDCHANNELS')).toBe('')
    expect(server.command('PUBSUB', 'CHANNELS').split('\n')).toHaveLength(rooms.length + 2)
    await expectHeard(a, b, 'plain')
  })

  it('and goes on when its subscribers were cut', async () => {
    b.missed.splice(0)
    server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => b.missed.length > rooms.length, 'all to be heard')
    await expectHeard(a, b, 'cut')
  })
})
