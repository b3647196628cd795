/** Two nodes behind the nginx of `docker-compose-production.yml`: one of them may end, in order or not. */
import { freshDatabase } from '../support/database.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { adminKey, Rest } from '../support/rest.js'
import { connect, type TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'
import { nginxProgram, startProxy, type Proxy } from './nginx.js'

jest.setTimeout(120_000)

const describeWithNginx = nginxProgram ? describe : describe.skip
const name = 'deploy/nginx.conf, before two nodes'

class Node {
  url: string
  process: ServiceProcess

  constructor(private readonly databaseUrl: string) {}

  /** At the same address as before, if there was one. */
  async start(): Promise<void> {
    const PORT = this.url ? new URL(this.url).port : '0'
    const settings = { DATABASE_URL: this.databaseUrl, ADMIN_KEY: adminKey, TRUST_PROXY: '127.0.0.1' }
    this.process = new ServiceProcess({ ...settings, PORT, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' })
    this.url = await this.process.url()
  }

  async sockets(): Promise<number> {
    const { body } = await new Rest(this.url, { authorization: `Bearer ${adminKey}` }).get('/metrics')
    return Number(/^parley_sockets (\d+)$/m.exec(body)![1])
  }
}

/** Whoever has not been told to stop. */
const asking = new Set<Asking>()

/** Asks again and again until it is told to stop, and remembers what did not go well. */
class Asking {
  count = 0
  readonly failures: unknown[] = []
  private isOn = true
  private readonly done: Promise<unknown>

  constructor(ask: (n: number) => Promise<{ status: number; body: unknown }>, good: number) {
    asking.add(this)
    this.done = Promise.all(Array.from({ length: 2 }, () => this.loop(ask, good)))
  }

  more(count: number): Promise<unknown> {
    const enough = this.count + count
    return until(() => this.count >= enough, `${count} more answers`, 20_000)
  }

  stop(): Promise<unknown> {
    this.isOn = false
    asking.delete(this)
    return this.done
  }

  private async loop(ask: (n: number) => Promise<{ status: number; body: unknown }>, good: number): Promise<void> {
    while (this.isOn) {
      const { status, body } = await ask(++this.count).catch((error: Error) => ({ status: 0, body: error.message }))
      if (status !== good) this.failures.push([status, body])
    }
  }
}

describeWithNginx(nginxProgram ? name : `${name} (nginx is not installed here)`, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let nodes: Node[]
  let proxy: Proxy
  let token: string
  let room_id: string
  const open: TestSocket[] = []

  const rest = () => new Rest(proxy.url, { authorization: `Bearer ${token}` })
  /** Of what a node may have carried out in the moment in which it closes its port nginx knows nothing: one asks again. */
  const send = async (n: number) => {
    const message = { text_message: `${n}`, client_message_id: `${n}` }
    const sent = await rest().post(`/room/${room_id}/message/send`, message)
    if (sent.status !== 503) return sent
    const again = await rest().post(`/room/${room_id}/message/send`, message)
    return { ...again, status: again.status === 200 ? 201 : again.status }
  }
  const counts = () => Promise.all(nodes.map((node) => node.sockets()))
  /** Also where the client has not yet noticed that its connection is lost. */
  const isIn = async (socket: TestSocket): Promise<boolean> => {
    const answer = await socket.ask('join_room', { room_id }).catch(() => null)
    return answer?.ok === true
  }
  const listen = async (transports: string[], count: number): Promise<TestSocket[]> => {
    const options = { transports, auth: { token }, reconnection: true, reconnectionDelay: 100 }
    const sockets = await Promise.all(Array.from({ length: count }, () => connect(proxy.url, options)))
    open.push(...sockets)
    return sockets
  }

  beforeAll(async () => {
    database = await freshDatabase()
    nodes = [new Node(database.url), new Node(database.url)]
    await Promise.all(nodes.map((node) => node.start()))
    proxy = await startProxy(nodes.map(({ url }) => url))
    const operator = new Rest(proxy.url, { authorization: `Bearer ${adminKey}` })
    const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
    const backend = new Rest(proxy.url, { clientKey: api_token })
    const { user_id } = (await backend.post('/user', { display_name: 'Ann' })).body
    token = (await backend.post(`/auth/${user_id}`)).body.token
    room_id = (await backend.post('/room', { created_by: user_id })).body.room_id
  })

  afterEach(async () => {
    await Promise.all([...asking].map((one) => one.stop()))
    for (const socket of open.splice(0)) socket.close()
  })

  afterAll(async () => {
    await proxy?.stop()
    await endAll()
    await database?.drop()
  })

  it('spreads WebSockets, and keeps what polls at one node', async () => {
    await listen(['websocket'], 10)
    const spread = await counts()
    expect(Math.min(...spread)).toBeGreaterThan(0)
    await listen(['polling'], 4)
    for (const socket of await listen(['polling', 'websocket'], 4)) {
      const { engine } = socket.socket.io
      await until(() => engine.transport.name === 'websocket', 'the upgrade')
    }
    const added = (await counts()).map((count, index) => count - spread[index]!)
    expect(added.sort((a, b) => a - b)).toEqual([0, 8])
  })

  it('lets nobody notice that one node is ended and started again, and then the other', async () => {
    const [reads, sends] = [new Asking(() => rest().get(`/room/${room_id}`), 200), new Asking(send, 201)]
    const sockets = [...(await listen(['websocket'], 6)), ...(await listen(['polling'], 2))]
    for (const node of nodes) {
      expect(await node.process.kill('SIGTERM')).toEqual({ code: 0, signal: null })
      for (const socket of sockets) await until(() => isIn(socket), 'the socket to come back', 20_000)
      await node.start()
      await Promise.all([reads.more(20), sends.more(20)])
    }
    await Promise.all([reads.stop(), sends.stop()])
    expect([...reads.failures, ...sends.failures]).toEqual([])
  })

  it('goes to the other node when one is killed, and loses no question that changes nothing', async () => {
    const reads = new Asking(() => rest().get(`/room/${room_id}`), 200)
    const sockets = [...(await listen(['websocket'], 6)), ...(await listen(['polling'], 2))]
    for (const [index, node] of nodes.entries()) {
      await reads.more(20)
      await node.process.kill('SIGKILL')
      for (const socket of sockets) await until(() => isIn(socket), 'the socket to come back', 20_000)
      expect((await send(-index)).status).toBe(201)
      await node.start()
    }
    await reads.stop()
    expect(reads.failures).toEqual([])
  })
})
