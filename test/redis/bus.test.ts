/** The port contract of the bus over memory and over Redis, and what Redis adds: other nodes. */
import { Logger } from '@nestjs/common'
import type { ChatEvent } from '../../src/contract/events.js'
import type { Place } from '../../src/contract/ports.js'
import { setTimeout as pause } from 'node:timers/promises'
import { TcpProxy } from '../support/proxy.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { until } from '../support/until.js'
import { memoryBus, redisBus, type BusOfNode } from './buses.js'

const tenantId = '018f0000-0000-7000-8000-000000000001'
const otherTenant = '018f0000-0000-7000-8000-000000000002'
const roomId = '018f0000-0000-7000-8000-00000000000a'
const room = { tenantId, roomId }
const topic = { tenantId, topic: 'ephemeral:a}{b' }
const said = (count: number): ChatEvent => ({ type: 'viewers', room_id: roomId, count })
const removed = (room_id: string): ChatEvent => ({ type: 'room.removed', room_id })

beforeAll(() => Logger.overrideLogger(false))

const contract = (open: () => Promise<BusOfNode>) => {
  let node: BusOfNode
  beforeAll(async () => (node = await open()))
  afterAll(() => node.stop())
  afterEach(() => node.heard.splice(0))

  it('is heard here before `publish` returns, in order, and by nobody’s name', () => {
    for (const count of [1, 2, 3]) node.bus.publish(room, said(count))
    expect(node.heard).toEqual([1, 2, 3].map((count) => ({ audience: room, event: said(count) })))
  })

  it('a listener that fails keeps nobody from hearing', () => {
    node.bus.subscribe(() => {
      throw new Error('a listener that fails')
    })
    node.bus.publish(room, said(1))
    expect(node.heard).toHaveLength(1)
  })

  it('is heard once by whoever listens to the place, however often', () => {
    for (const place of [room, room, { tenantId }]) node.bus.listen(place)
    node.bus.publish(room, said(1))
    node.bus.publish({ tenantId, userId: 'u' }, removed('r'))
    for (const place of [room, room, { tenantId }]) node.bus.unlisten(place)
    node.bus.publish(room, said(2))
    expect(node.heard.map(({ event }) => event)).toEqual([said(1), removed('r'), said(2)])
  })
}

describe('the bus over memory', () => {
  contract(async () => memoryBus())
})

whereRedisIs('the bus over Redis', () => {
  let server: RedisServer
  let a: BusOfNode
  let b: BusOfNode

  beforeAll(async () => {
    server = await RedisServer.start()
    a = await redisBus(server.url)
    b = await redisBus(server.url)
  })
  afterAll(async () => {
    for (const node of [a, b]) node.stop()
    await server.kill()
  })
  beforeEach(() => {
    for (const list of [a.heard, a.missed, b.heard, b.missed]) list.splice(0)
  })

  /** Listens there, and waits until it is heard. */
  const hear = async (node: BusOfNode, place: Place): Promise<void> => {
    node.bus.listen(place)
    await until(() => node.missed.some((one) => JSON.stringify(one) === JSON.stringify(place)), 'the place to be heard')
  }
  const heardBy = async (node: BusOfNode, count: number) => {
    await until(() => node.heard.length >= count, 'the other node to hear of it')
    return node.heard
  }
  /** Of the newest that waits there, by the clock of Redis. */
  const ageMs = (stream: string): number => {
    const [id] = server.command('XREVRANGE', stream, '+', '-', 'COUNT', '1').split('-')
    return Number(server.command('TIME').split('\n')[0]) * 1000 - Number(id || Infinity)
  }
  const channels = (): string[] => server.command('PUBSUB', 'SHARDCHANNELS').split('\n').filter(Boolean).sort()

  describe('as on one node', () => {
    contract(() => redisBus(server.url))
  })

  it('is heard on the other node by whoever listens there, in order, as it was said', async () => {
    await hear(b, room)
    const events = Array.from({ length: 500 }, (_, count) => said(count))
    for (const event of events) a.bus.publish({ ...room, except: new Set(['u', 'v']) }, event)
    const audience = { ...room, except: new Set(['u', 'v']) }
    expect(await heardBy(b, 500)).toEqual(events.map((event) => ({ audience, event, from: a.node.id })))
    expect(a.heard.every(({ from }) => from === undefined)).toBe(true)
    b.bus.unlisten(room)
  })

  it('hears no room and no name that nobody listens to', async () => {
    const ofRoom = `parley:{${tenantId}:${roomId}}:room`
    const ofName = `parley:{${tenantId}:${topic.topic}}:topic`
    const isHeard = (...names: string[]) =>
      until(
        () => channels().join() === [...names, 'parley:{nodes}:look'].join(),
        `nothing but ${names.join()} to be heard`,
      )
    await isHeard()
    for (const place of [room, topic]) b.bus.listen(place)
    await isHeard(ofRoom, ofName)
    b.bus.listen(room)
    for (const place of [room, topic]) b.bus.unlisten(place)
    await isHeard(ofRoom)
    b.bus.unlisten(room)
    await isHeard()
  })

  it('comes, goes and comes again before any of it was answered: is heard', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.port })
    const far = await redisBus(`redis://127.0.0.1:${proxy.port}`)
    const look = 'parley:{nodes}:look'
    const isListening = () => server.command('PUBSUB', 'SHARDNUMSUB', look) === `${look}\n3`
    await until(isListening, 'it to be connected')
    proxy.delay(100)
    try {
      far.bus.listen(room)
      // Not answered yet; and then it is, but not what came after it.
      await pause(100)
      far.bus.unlisten(room)
      await pause(150)
      await hear(far, room)
      a.bus.publish(room, said(1))
      expect((await heardBy(far, 1))[0]!.event).toEqual(said(1))
    } finally {
      far.stop()
      await proxy.stop()
    }
  })

  it('what is between the braces is said by the name as it is', async () => {
    await hear(b, topic)
    a.bus.publish(topic, { type: 'ephemeral.entered', name: 'a}{b', user_id: 'u' })
    expect((await heardBy(b, 1))[0]!.audience).toEqual(topic)
    b.bus.unlisten(topic)
  })

  it('what lasts waits for who was cut off: once each, in order', async () => {
    const tenant = { tenantId }
    await hear(b, tenant)
    const to = { tenantId, userId: 'u' }
    a.bus.publish(to, removed('1'))
    await heardBy(b, 1)
    b.missed.splice(0)
    server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    for (const name of ['2', '3', '4']) a.bus.publish(to, removed(name))
    await until(() => b.missed.length > 0, 'the tenant to be heard again')
    a.bus.publish(to, removed('5'))
    await heardBy(b, 5)
    expect(b.heard.map(({ event }) => event)).toEqual(['1', '2', '3', '4', '5'].map(removed))
    b.bus.unlisten(tenant)
  })

  it('what lasts is told in order, whichever way is open again first, and however much it is', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.port })
    const far = await redisBus(`redis://127.0.0.1:${proxy.port}`)
    const to = { tenantId, userId: 'u' }
    const names = Array.from({ length: 60 }, (_, count) => `${count}`.padEnd(20_000))
    try {
      await hear(far, { tenantId })
      proxy.goAway()
      await until(() => !far.redis!.isUp, 'it to be cut')
      for (const name of names.slice(0, 50)) a.bus.publish(to, removed(name))
      far.missed.splice(0)
      proxy.comeBack()
      await until(() => far.missed.length > 0, 'the tenant to be heard again')
      for (const name of names.slice(50)) a.bus.publish(to, removed(name))
      await heardBy(far, 60)
      expect(far.heard.map(({ event }) => event)).toEqual(names.map(removed))
    } finally {
      far.stop()
      await proxy.stop()
    }
  })

  it('of what waits for a tenant only so much is kept', async () => {
    const to = { tenantId: otherTenant, userId: 'u' }
    const stream = `parley:{${otherTenant}}:waiting`
    const published = async () => (await a.metrics.published.get()).values[0]?.value ?? 0
    const before = await published()
    for (let count = 0; count < 200; count++) a.bus.publish(to, removed('x'.repeat(60_000)))
    await until(async () => (await published()) > before, 'it to be written')
    await until(() => Number(server.command('XLEN', stream)) > 60, 'it to be written')
    expect(Number(server.command('MEMORY', 'USAGE', stream))).toBeLessThan(6_000_000)
    server.command('DEL', stream)
  })

  it('what was said before anybody listened is not told', async () => {
    a.bus.publish({ tenantId: otherTenant, userId: 'u' }, removed('early'))
    await until(() => ageMs(`parley:{${otherTenant}}:waiting`) > 1000, 'it to be a while ago')
    await hear(b, { tenantId: otherTenant })
    a.bus.publish({ tenantId: otherTenant, userId: 'u' }, removed('late'))
    expect((await heardBy(b, 1)).map(({ event }) => event)).toEqual([removed('late')])
    b.bus.unlisten({ tenantId: otherTenant })
  })

  it('what Redis does not take in time is dropped, and all look for it when it answers again', async () => {
    await hear(b, room)
    b.missed.splice(0)
    server.hang()
    const event: ChatEvent = { type: 'ephemeral.entered', name: 'x'.repeat(1000), user_id: 'u' }
    for (let count = 0; count < 20_000; count++) a.bus.publish(room, event)
    expect(a.heard).toHaveLength(20_000)
    // Of twenty megabytes eight are on their way.
    expect((await a.metrics.dropped.get()).values[0]!.value).toBeGreaterThan(10_000)
    server.goOn()
    await until(() => b.missed.includes(null), 'all to be called', 10_000)
    b.bus.unlisten(room)
  })
})
