/** Two nodes with a Redis between them: said on one, heard on the other, whatever becomes of Redis. */
import { Healing } from '../../src/gateway/healing.js'
import { RemoteTyping } from '../../src/gateway/remote-typing.js'
import { Redis } from '../../src/infra/redis/redis.js'
import { heardBy, type Client, type Place, type Wire } from '../matrix/client.js'
import { placeOf } from '../matrix/scene.js'
import { wires } from '../matrix/wires.js'
import { storeMessages } from '../support/log.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

whereRedisIs('two nodes and a Redis', () => {
  let redis: RedisServer
  let a: Service
  let b: Service
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser

  beforeAll(async () => {
    redis = await RedisServer.start()
    a = await startService({ REDIS_URL: redis.url })
    b = await a.another({ REDIS_URL: redis.url })
    tenant = await a.tenant()
    ann = await tenant.user({ display_name: 'Ann' })
    bob = await tenant.user({ display_name: 'Bob' })
  })
  afterEach(() => redis.goOn())
  afterAll(async () => {
    await b.stop()
    await a.stop()
    await redis.kill()
  })

  /** And both nodes know it. */
  const hang = async (): Promise<void> => {
    redis.hang()
    await until(() => [a, b].every(({ app }) => !app.get(Redis).isUp), 'Redis to be missed')
  }
  const texts = (socket: TestSocket): string[] => socket.payloads('new_message').map(({ text_message }) => text_message)
  const hearing = (roomId: string): number =>
    Number(redis.command('PUBSUB', 'SHARDNUMSUB', `parley:{${tenant.tenantId}:${roomId}}:room`).split('\n')[1])

  describe('in the room of a stream', () => {
    let place: Place
    let there: Map<Wire, Client>

    beforeAll(async () => {
      place = await placeOf(ann, 'livestream')
      const clients = wires.map((wire) => [wire, wire.client(bob.at(b), place)] as const)
      for (const [, client] of clients) expect(await client.join()).toMatchObject({ ok: true })
      there = new Map(clients)
    })

    it.each(wires.map((wire) => [wire.name, wire] as const))(
      'what %s says is heard by every wire, once',
      async (name, wire) => {
        const here = wire.client(ann, place)
        expect(await here.join()).toMatchObject({ ok: true })
        expect(await here.send(`by ${name}`, name)).toMatchObject({ ok: true })
        for (const [at, client] of there) {
          const heard = async () => (await heardBy(at, client)).filter(({ text }) => text === `by ${name}`)
          await until(async () => (await heard()).length === 1, `${at.name} to hear it`)
        }
      },
    )
  })

  describe('in a room', () => {
    let roomId: string
    let here: TestSocket
    let there: TestSocket

    beforeEach(async () => {
      roomId = await tenant.room([ann, bob])
      here = await ann.socketIn(roomId)
      there = await bob.at(b).socketIn(roomId)
    })

    /** Ann is answered and heard at her node while it lasts; then Bob hears it all at his. */
    const overcome = async (fault: () => Promise<void> | void, end: () => Promise<void> | void): Promise<void> => {
      await ann.send(roomId, 'before')
      await there.next('new_message')
      await fault()
      for (const text of ['1', '2', '3']) {
        expect(await here.ask('send_message', { room_id: roomId, text_message: text })).toMatchObject({ ok: true })
      }
      await here.next('new_message', 4)
      await end()
      await ann.send(roomId, 'after')
      await there.next('new_message', 5, 20_000)
      expect([texts(here), texts(there)]).toEqual([here, there].map(() => ['before', '1', '2', '3', 'after']))
    }

    it('Redis hung', () => overcome(hang, () => redis.goOn()))

    it('Redis killed, and back with nothing in it', () =>
      overcome(
        () => redis.kill(),
        () => redis.start(),
      ))

    it('Redis emptied', () =>
      overcome(
        () => void redis.command('FLUSHALL'),
        () => undefined,
      ))

    it('subscribers cut', () =>
      overcome(
        () => void redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub'),
        () => undefined,
      ))

    it('hung, and nothing said after it: whoever was not told looks when Redis is back', async () => {
      await hang()
      await ann.send(roomId, 'the last')
      await here.next('new_message')
      redis.goOn()
      await there.next('new_message', 1, 20_000)
      expect(texts(there)).toEqual(['the last'])
    })

    it('a hint that never comes: the next glance finds it', async () => {
      await storeMessages(a, roomId, 3)
      await b.app.get(Healing).glance()
      expect((await there.next('new_message', 3)).map(({ seq }) => seq)).toEqual([1, 2, 3])
      const { body } = await b.operator.get('/metrics')
      expect(Number(/^parley_healed_total{why="glance"} (\d+)/m.exec(body)?.[1])).toBeGreaterThanOrEqual(3)
    })

    it('who joins while Redis is away is in at once, and hears what is said elsewhere when it is back', async () => {
      await hang()
      const [cy, room] = [await tenant.user(), await tenant.room([ann], { access: 'open' })]
      const late = await cy.at(b).socketIn(room)
      await ann.send(room, 'unheard')
      redis.goOn()
      await late.next('new_message', 1, 20_000)
      expect(texts(late)).toEqual(['unheard'])
    })

    it('is heard only where somebody listens', async () => {
      await until(() => hearing(roomId) === 2, 'both to hear the room')
      await there.ask('leave_room', { room_id: roomId })
      await until(() => hearing(roomId) === 1, 'the other node to hear it no more')
      here.close()
      await until(() => hearing(roomId) === 0, 'nobody to hear it')
    })

    it('who does not listen is told that there is something new, also of what came while Redis was away', async () => {
      const elsewhere = await bob.at(b).socket()
      const room = await tenant.room([ann, bob])
      await elsewhere.next('room_added')
      await ann.send(room, 'one')
      const activity = () => elsewhere.payloads('room_activity').filter(({ room_id }) => room_id === room)
      await until(() => activity().at(-1)?.last_seq === 1, 'the activity')
      await redis.kill()
      await ann.send(room, 'two')
      await redis.start()
      await until(() => activity().at(-1)?.last_seq === 2, 'the activity of meanwhile', 20_000)
    })

    it('that somebody types, and that they do no more; also if their node says nothing more', async () => {
      const typing = (is: boolean) => ({ room_id: roomId, user_id: ann.userId, display_name: 'Ann', is_typing: is })
      await here.ask('typing', { room_id: roomId, is_typing: true })
      expect(await there.next('typing')).toEqual([typing(true)])
      await here.ask('typing', { room_id: roomId, is_typing: false })
      expect(await there.next('typing', 2)).toEqual([typing(true), typing(false)])
      await here.ask('typing', { room_id: roomId, is_typing: true })
      await there.next('typing', 3)
      b.app.get(RemoteTyping).look(performance.now() + 31_000)
      expect(await there.next('typing', 4)).toEqual([true, false, true, false].map(typing))
    })

    it('a room that is deleted while Redis is away is gone on the other node, too', async () => {
      await redis.kill()
      expect((await tenant.backend.delete(`/room/${roomId}`)).status).toBe(204)
      await here.next('room_deleted')
      await redis.start()
      await there.next('room_deleted', 1, 20_000)
      expect(there.payloads('room_deleted')).toEqual([{ room_id: roomId }])
    })
  })

  describe('who has to go', () => {
    const kicked = async (kick: (user: TestUser) => Promise<{ status: number }>): Promise<TestSocket> => {
      const user = await tenant.user()
      const socket = await user.at(b).socket()
      expect((await kick(user)).status).toBeLessThan(300)
      return socket
    }
    const lock = ({ userId }: TestUser) => tenant.backend.patch(`/user/${userId}`, { status: 'not_active' })

    it('goes on every node', async () => {
      const socket = await kicked(lock)
      await socket.disconnected()
    })

    it('and when Redis is back, if it was away', async () => {
      const socket = await kicked(async (user) => {
        await hang()
        return lock(user)
      })
      redis.goOn()
      await socket.disconnected(20_000)
    })

    it('not by what somebody else writes into the tenant’s channel', async () => {
      const other = await a.tenant()
      const user = await tenant.user()
      const socket = await user.at(b).socket()
      const ended = [{ everyone: true }, { type: 'session.ended', code: 'tenant_suspended', reason: 'Forged.' }]
      const envelopeOf = (of: string) => JSON.stringify({ from: 'x', tenant: of, number: 0, said: [ended] })
      const channel = `parley:{${tenant.tenantId}}:tenant`
      for (const forged of [
        envelopeOf(other.tenantId),
        '{',
        '[]',
        'null',
        '{"from":"x"}',
        envelopeOf(tenant.tenantId).slice(0, -1),
      ]) {
        expect(redis.command('SPUBLISH', channel, forged)).toBe('2')
      }
      const room = await tenant.room([user])
      expect(await socket.next('room_added')).toMatchObject([{ room: { room_id: room } }])
      expect(socket.socket.connected).toBe(true)
    })
  })
})
