/** Two nodes on one Redis: what somebody may do, they may do on both together. */
import { Seating } from '../../src/contract/ports.js'
import { Redis } from '../../src/infra/redis/redis.js'
import { Node } from '../cluster/node.js'
import { statusesOf } from '../support/problems.js'
import { endAll } from '../support/process.js'
import { RawSocket, tcp, upgradeRequest } from '../support/raw.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { connect, type TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

/** Whatever is used up is as good as used up for good. */
const slowly = { user_burst: 20, user_per_second: 1, user_connection_burst: 1000, user_connection_per_second: 1000 }

whereRedisIs('two nodes on one Redis', () => {
  let redis: RedisServer
  let settings: Record<string, string>
  let nodes: Service[]

  beforeAll(async () => {
    redis = await RedisServer.start()
    settings = { REDIS_URL: redis.url, RATE_LIMITS: 'on', NODE_LEASE_MS: '4000' }
    const first = await startService(settings)
    nodes = [first, await first.another(settings)]
  })
  beforeEach(() => areUp())
  afterAll(async () => {
    await endAll()
    for (const node of nodes.toReversed()) await node.stop()
    await redis.kill()
  })

  const areUp = () => until(() => nodes.every(({ app }) => app.get(Redis).isUp), 'Redis to be found')
  const tenantOf = (limits: object): Promise<TestTenant> => nodes[0]!.tenant({ limits: { ...slowly, ...limits } })
  /** So many more were allowed since then, at most. */
  const since = (ms: number): number => Math.ceil((Date.now() - ms) / 1000)

  describe('rates', () => {
    let ann: TestUser
    beforeEach(async () => void (ann = await (await tenantOf({})).user()))

    it('let through exactly as many as one node would, by REST and by sockets at once', async () => {
      const here = nodes.map((node) => ann.at(node))
      const sockets = await Promise.all(here.map((user) => user.socket()))
      const startedMs = Date.now()
      const byRest = Array.from({ length: 30 }, (_, n) => here[n % 2]!.rest.get('/user/me'))
      const bySocket = Array.from({ length: 30 }, (_, n) => sockets[n % 2]!.ask('typing', {}))
      const [answers, replies] = await Promise.all([Promise.all(byRest), Promise.all(bySocket)])
      const throughRest = answers.filter(({ status }) => status === 200).length
      const throughSockets = replies.filter(({ error }) => error.code === 'validation_failed').length
      const through = throughRest + throughSockets
      expect(through).toBeGreaterThanOrEqual(20)
      expect(through).toBeLessThanOrEqual(20 + since(startedMs))
      for (const { status, body, headers } of answers.filter((one) => one.status !== 200)) {
        expect({ status, body }).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } })
        expect(headers.get('x-ratelimit-limit')).toBe('20')
        expect(headers.get('ratelimit')).toMatch(/^"user";r=0;t=\d+$/)
        expect(headers.get('ratelimit-policy')).toBe('"user";q=20;w=20')
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      }
      for (const { error } of replies) if (error.code !== 'validation_failed') expect(error.code).toBe('rate_limited')
    })

    it('what is left at one node is what is left at the other', async () => {
      const startedMs = Date.now()
      const left: number[] = []
      for (let n = 0; n < 6; n++) {
        const { headers } = await ann.at(nodes[n % 2]!).rest.get('/user/me')
        left.push(Number(headers.get('x-ratelimit-remaining')))
      }
      expect(left[0]! - left[5]!).toBeGreaterThanOrEqual(5 - since(startedMs))
    })

    it('events of one socket are handled and refused in their order, whenever it is known who is', async () => {
      const room_id = await ann.tenant.room([ann])
      const socket = await ann.socketIn(room_id)
      const order: number[] = []
      const sent = Array.from({ length: 60 }, async (_, n) => {
        const answer = await socket.ask('send_message', { room_id, text_message: `${n}` })
        order.push(n)
        return answer
      })
      const answers = await Promise.all(sent)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      const stored = answers.filter(({ ok }) => ok).map(({ message }) => message)
      expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, n) => n + 1))
      expect(stored.map(({ text_message }) => Number(text_message))).toEqual(stored.map((_, n) => n))
      expect(answers.slice(stored.length).every(({ error }) => error.code === 'rate_limited')).toBe(true)
    })

    it('a flood by one socket asks Redis for no more than the socket may', async () => {
      const bob = await (await tenantOf({ socket_burst: 5, socket_per_second: 1 })).user()
      const socket = await bob.socket()
      const asked = jest.spyOn(nodes[0]!.app.get(Redis), 'run')
      const before = asked.mock.calls.length
      await Promise.all(Array.from({ length: 200 }, () => socket.ask('typing', {})))
      expect(asked.mock.calls.length - before).toBeLessThan(20)
      asked.mockRestore()
    })

    it('hold on each node for itself while Redis is hung, and nobody is refused for it', async () => {
      redis.hang()
      const through = async (node: Service, count: number): Promise<number> => {
        const answers = await Promise.all(Array.from({ length: count }, () => ann.at(node).rest.get('/user/me')))
        return answers.filter(({ status }) => status === 200).length
      }
      const startedMs = Date.now()
      for (const node of nodes) expect(await through(node, 20)).toBe(20)
      expect(await through(nodes[0]!, 100)).toBeLessThanOrEqual(since(startedMs))
      redis.goOn()
    })
  })

  describe('slow mode', () => {
    let room: string
    let bob: TestUser
    beforeEach(async () => {
      const tenant = await tenantOf({ user_burst: 1000 })
      const ann = await tenant.user()
      bob = await tenant.user()
      room = await tenant.room([ann, bob])
      await ann.rest.patch(`/room/${room}`, { slow_mode_s: 3600 })
    })

    const send = async (n: number, fields: object = {}) => {
      const path = `/room/${room}/message/send`
      return bob.at(nodes[n % 2]!).rest.post(path, { text_message: 'Hi', ...fields })
    }

    it('lets through one of many at once, and the same one again, at whatever node', async () => {
      const sent = await Promise.all(
        Array.from({ length: 10 }, (_, n) => send(n, { client_message_id: `${Math.floor(n / 2)}` })),
      )
      const through = sent.filter(({ status }) => status !== 429)
      expect(statusesOf(through)).toEqual([200, 201])
      expect(new Set(through.map(({ body }) => body.message_id)).size).toBe(1)
      for (const { status, body } of sent.filter((one) => !through.includes(one))) {
        expect({ status, code: body.code }).toEqual({ status: 429, code: 'slow_mode' })
      }
    })
  })

  describe('sockets', () => {
    const isIn = (user: TestUser): Promise<TestSocket | null> => user.socket().catch(() => null)
    const openAt = async (user: TestUser, count: number): Promise<TestSocket[]> => {
      const opened = await Promise.all(Array.from({ length: count }, (_, n) => isIn(user.at(nodes[n % 2]!))))
      return opened.filter((socket) => socket !== null)
    }

    it('are as many on both as a user may have, whoever asks at once and whatever comes and goes', async () => {
      const ann = await (await tenantOf({ user_sockets: 4 })).user()
      for (let round = 0; round < 3; round++) {
        const sockets = await openAt(ann, 12)
        expect(sockets).toHaveLength(4)
        for (const socket of sockets) socket.close()
        await until(() => heldBy(ann).length === 0, 'the seats to be given back')
      }
    })

    const heldBy = ({ tenant: { tenantId }, userId }: TestUser): string[] => {
      const key = `parley:{${tenantId}}:seats:user:${tenantId}:${userId}`
      return redis.command('HVALS', key).split('\n').filter(Boolean)
    }

    it('of a tenant are as many as it may have', async () => {
      const tenant = await tenantOf({ tenant_sockets: 3 })
      const people = [await tenant.user(), await tenant.user(), await tenant.user()]
      const opened = await Promise.all(people.map((user) => openAt(user, 4)))
      expect(opened.flat()).toHaveLength(3)
    })

    it.each<[string, () => Promise<void>]>([
      ['is emptied', async () => void redis.command('FLUSHALL')],
      ['is killed', () => redis.kill().then(() => redis.start())],
    ])('are counted again when Redis %s', async (_, happens) => {
      const ann = await (await tenantOf({ user_sockets: 4 })).user()
      expect(await openAt(ann, 2)).toHaveLength(2)
      await happens()
      await until(() => heldBy(ann).length === 2, 'what each node says again')
      await areUp()
      expect(await openAt(ann, 6)).toHaveLength(2)
    })

    const leavers: Record<string, (user: TestUser) => Promise<() => void>> = {
      'by Socket.IO': async ({ token }) => {
        const socket = await RawSocket.open(nodes[0]!.url)
        socket.send(`40${JSON.stringify({ token })}`)
        return () => socket.ws.terminate()
      },
      'by a plain WebSocket': async ({ token }) => {
        const socket = await tcp(nodes[0]!.url)
        socket.write(upgradeRequest(`/ws?token=${token}`))
        return () => socket.resetAndDestroy()
      },
    }

    const connections = (): Promise<number> =>
      new Promise((resolve) => nodes[0]!.app.getHttpServer().getConnections((_, count) => resolve(count)))

    it.each(Object.entries(leavers))('of who is gone while Redis is asked are free again: %s', async (_, come) => {
      const ann = await (await tenantOf({ user_sockets: 4 })).user()
      const asked = jest.spyOn(nodes[0]!.app.get(Seating), 'take')
      const before = await connections()
      redis.hang()
      const gone = await Promise.all([1, 2, 3].map(() => come(ann)))
      await until(() => asked.mock.calls.length === 3, 'their seats to be asked for')
      for (const go of gone) go()
      await until(async () => (await connections()) <= before, 'the end to be heard')
      redis.goOn()
      await Promise.all(asked.mock.results.map(({ value }) => value as unknown))
      asked.mockRestore()
      await until(() => heldBy(ann).length === 0, 'their seats to be given back')
      await areUp()
      expect(await openAt(ann, 8)).toHaveLength(4)
    })

    it('of a node that dies without a word are free again', async () => {
      const ann = await (await tenantOf({ user_sockets: 3 })).user()
      const third = await new Node(nodes[0]!.databaseUrl, settings).start()
      const ready = async () => (await new Rest(third.url).get('/health/ready')).body
      await until(async () => (await ready()).redis === 'up', 'the third node to find Redis')
      const theirs = [1, 2].map(() => connect(third.url, { auth: { token: ann.token } }))
      await Promise.all(theirs)
      expect(await openAt(ann, 4)).toHaveLength(1)
      await third.kill()
      for (const socket of await Promise.all(theirs)) socket.close()
      const again: TestSocket[] = []
      await until(async () => again.push(...(await openAt(ann, 4))) === 2, 'the seats of the dead', 45_000)
      expect(await openAt(ann, 4)).toHaveLength(0)
    }, 60_000)
  })
})
