/** Two nodes on one Redis: who is there, who watches and who listens is known of both, and right again whatever dies. */
import { Redis } from '../../src/infra/redis/redis.js'
import { Node } from '../cluster/node.js'
import { PlainSocket } from '../support/plain.js'
import { befriend } from '../support/presence.js'
import { endAll } from '../support/process.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { connect, type TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

const waitMs = 45_000

whereRedisIs('two nodes', () => {
  let redis: RedisServer
  let here: Service
  let there: Node
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser
  let settings: Record<string, string>
  const sockets: TestSocket[] = []

  beforeAll(async () => {
    redis = await RedisServer.start()
    settings = {
      REDIS_URL: redis.url,
      NODE_LEASE_MS: '2000',
      PRESENCE_GRACE_MS: '1000',
      PRESENCE_TICK_MS: '100',
    }
    here = await startService(settings)
    there = new Node(here.databaseUrl, settings)
  }, 60_000)

  beforeEach(async () => {
    await there.start()
    tenant = await here.tenant()
    ;[ann, bob] = [await tenant.user({ display_name: 'Ann' }), await tenant.user({ display_name: 'Bob' })]
    await befriend(ann, bob)
  }, 60_000)

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close()
    await there.kill()
  })

  afterAll(async () => {
    await here.stop()
    await endAll()
    await redis.kill()
  })

  const at = async (url: string, { token }: TestUser): Promise<TestSocket> => {
    const socket = await connect(url, { auth: { token } })
    sockets.push(socket)
    return socket
  }
  const elsewhere = (user: TestUser) => at(there.url, user)
  const isOnline = async (user: TestUser): Promise<boolean> =>
    (await tenant.backend.get(`/user/${user.userId}/status`)).body.is_online
  const comes = (user: TestUser) => until(() => isOnline(user), 'them to be there', waitMs)
  const goes = (user: TestUser) => until(async () => !(await isOnline(user)), 'them to be gone', waitMs)
  const stats = async () => (await new Rest(here.url, { 'x-internal-api-key': tenant.apiToken }).get('/stats')).body
  const connected = (count: number) =>
    until(async () => (await stats()).connectedUsers === count, `${count} to be connected`, waitMs)
  const presenceOf = (socket: TestSocket, user: TestUser): boolean[] =>
    socket
      .payloads('presence')
      .filter(({ user_id }) => user_id === user.userId)
      .map(({ is_online }) => is_online)

  async function openStream(): Promise<string> {
    const streamId = 'stream'
    await ann.rest.post('/api/chat/thread', { stream_id: streamId })
    return streamId
  }

  const watch = async (socket: TestSocket, streamId: string): Promise<TestSocket> => {
    await socket.ask('join_stream_room', { streamId })
    return socket
  }

  const toldOf = (socket: TestSocket, count: number) =>
    until(() => socket.payloads('viewer_count_updated').at(-1)?.count === count, `${count} viewers`, waitMs)

  const inRoom = async (url: string, user: TestUser, roomId: string): Promise<PlainSocket> => {
    const socket = await PlainSocket.open(url, `/chat/ws?token=${user.token}`)
    socket.send({ event: 'chat.join', data: { roomId } })
    await socket.next(({ event }) => event === 'chat.joined')
    return socket
  }

  const of = (socket: PlainSocket, event: string): string[] =>
    socket.frames.filter((frame) => frame.event === event).map(({ data }) => data.userId)

  it('people are counted once, wherever they are', async () => {
    const streamId = await openStream()
    const bobs = await watch(await at(here.url, bob), streamId)
    await elsewhere(bob)
    const anns = await watch(await elsewhere(ann), streamId)
    await watch(await at(here.url, ann), streamId)
    for (const socket of [anns, bobs]) await toldOf(socket, 2)
    await connected(2)
    anns.close()
    const others = await watch(await elsewhere(bob), streamId)
    await toldOf(others, 2)
    await toldOf(bobs, 2)
  }, 60_000)

  it('a node is killed: who was only there has gone, told once, and nobody else has', async () => {
    const streamId = await openStream()
    const roomId = await tenant.room([ann, bob])
    const bobs = await watch(await at(here.url, bob), streamId)
    await watch(await elsewhere(ann), streamId)
    await watch(await elsewhere(bob), streamId)
    await toldOf(bobs, 2)
    for (const user of [ann, bob]) await comes(user)
    const heard = [await inRoom(here.url, bob, roomId), await inRoom(here.url, bob, 'ephemeral')]
    const lost = [roomId, 'ephemeral'].flatMap((name) => [ann, bob].map((user) => inRoom(there.url, user, name)))
    await Promise.all(lost)
    await connected(2)
    const names = () => Number(redis.command('HLEN', `parley:{${tenant.tenantId}:listeners:${roomId}}:places`))
    await until(() => names() === 2, 'both to be known as listeners')
    await there.kill()
    await goes(ann)
    await toldOf(bobs, 1)
    await connected(1)
    for (const socket of heard) {
      await until(() => of(socket, 'chat.userLeft').length, 'ann to have left', waitMs)
      expect(of(socket, 'chat.userLeft')).toEqual([ann.userId])
      socket.close()
    }
    await until(() => presenceOf(bobs, ann).at(-1) === false, 'it to be told', waitMs)
    expect(presenceOf(bobs, ann).filter((is) => !is)).toHaveLength(1)
    expect(await isOnline(bob)).toBe(true)
  }, 150_000)

  it('a node ends in order: who comes back at another within the grace has not gone', async () => {
    const patient = new Node(here.databaseUrl, settings)
    await patient.start()
    const bobs = await at(here.url, bob)
    await at(patient.url, ann)
    await comes(ann)
    const before = presenceOf(bobs, ann).filter((is) => !is)
    await at(here.url, ann)
    await patient.process.kill('SIGTERM')
    await connected(2)
    await until(
      () =>
        redis.command('ZCARD', 'parley:{nodes}:leases') === '2' &&
        redis.command('SCARD', 'parley:{nodes}:names') === '2',
      'all that it said to be gone',
      waitMs,
    )
    expect(await isOnline(ann)).toBe(true)
    expect(presenceOf(bobs, ann).filter((is) => !is)).toEqual(before)
  }, 60_000)

  it.each<[string, () => Promise<void>]>([
    [
      'is killed, and back empty',
      async () => {
        await redis.kill()
        await redis.start()
      },
    ],
    ['is flushed', async () => void redis.command('FLUSHALL')],
    [
      'hangs',
      async () => {
        redis.hang()
        await until(() => !here.app.get(Redis).isUp, 'Redis to be missed')
        redis.goOn()
      },
    ],
  ])(
    'Redis %s: all is as it was, and what happened meanwhile is made up for',
    async (_, fail) => {
      const streamId = await openStream()
      const bobs = await watch(await at(here.url, bob), streamId)
      const carl = await tenant.user()
      const anns = await watch(await elsewhere(ann), streamId)
      const carls = await watch(await elsewhere(carl), streamId)
      for (const socket of [anns, bobs]) await toldOf(socket, 3)
      for (const user of [ann, bob, carl]) await comes(user)
      const gone = () => [...presenceOf(bobs, ann), ...presenceOf(anns, bob)].filter((is) => !is)
      await fail()
      carls.close()
      await goes(carl)
      for (const socket of [anns, bobs]) await toldOf(socket, 2)
      await connected(2)
      expect(gone()).toEqual([])
      for (const user of [ann, bob]) expect(await isOnline(user)).toBe(true)
    },
    90_000,
  )
})
