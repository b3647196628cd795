import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { startApp } from '../../src/app.js'
import { loadConfig } from '../../src/infra/config.js'
import { makeLogger } from '../../src/infra/logger.js'
import { freshDatabase } from './database.js'
import { adminKey, Rest } from './rest.js'
import { PlainSocket } from './plain.js'
import { connect, type TestSocket } from './sockets.js'

/** A service of its own on a database of its own, as the tests of one file use it. */
export class Service {
  private readonly sockets: (TestSocket | PlainSocket)[] = []

  constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly databaseUrl: string,
    private readonly drop: () => Promise<void>,
  ) {}

  get anyone(): Rest {
    return new Rest(this.url)
  }

  get operator(): Rest {
    return new Rest(this.url, { authorization: `Bearer ${adminKey}` })
  }

  async tenant(settings: object = {}): Promise<TestTenant> {
    const { status, body } = await this.operator.post('/admin/tenant', { name: 'A tenant', ...settings })
    if (status !== 201) throw new Error(`no tenant: ${JSON.stringify(body)}`)
    return new TestTenant(this, body.tenant_id, body.api_token)
  }

  async socket(options: Parameters<typeof connect>[1]): Promise<TestSocket> {
    const socket = await connect(this.url, options)
    this.sockets.push(socket)
    return socket
  }

  /** A plain WebSocket. */
  async plain(path: string, options: Parameters<typeof PlainSocket.open>[2] = {}): Promise<PlainSocket> {
    const socket = await PlainSocket.open(this.url, path, options)
    this.sockets.push(socket)
    return socket
  }

  /** Another node on the same database: to be stopped before this one. No bus is between them, unless REDIS_URL is one. */
  another(settings: Record<string, string> = {}): Promise<Service> {
    return start(this.databaseUrl, async () => undefined, settings)
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.close()
    await this.app.close()
    await this.drop()
  }
}

export class TestTenant {
  constructor(
    readonly service: Service,
    readonly tenantId: string,
    readonly apiToken: string,
  ) {}

  get backend(): Rest {
    return new Rest(this.service.url, { clientKey: this.apiToken })
  }

  async user(fields: Record<string, unknown> = {}): Promise<TestUser> {
    const { body: user } = await this.backend.post('/user', { display_name: 'Ann', ...fields })
    const { body: minted } = await this.backend.post(`/auth/${user.user_id}`)
    return new TestUser(this, user.user_id, minted.token)
  }

  /** A room of these members, of whom the first is the owner. */
  async room(members: TestUser[], fields: object = {}): Promise<string> {
    const [owner, ...others] = members.map((member) => member.userId)
    const { status, body } = await this.backend.post('/room', {
      name: 'A room',
      ...(owner && { created_by: owner }),
      member_ids: others,
      ...fields,
    })
    if (status !== 201) throw new Error(`no room: ${JSON.stringify(body)}`)
    return body.room_id
  }
}

export class TestUser {
  constructor(
    readonly tenant: TestTenant,
    readonly userId: string,
    readonly token: string,
  ) {}

  /** The same person at another node. */
  at(service: Service): TestUser {
    const { tenantId, apiToken } = this.tenant
    return new TestUser(new TestTenant(service, tenantId, apiToken), this.userId, this.token)
  }

  /** With the JWT. */
  get rest(): Rest {
    return new Rest(this.tenant.service.url, { authorization: `Bearer ${this.token}` })
  }

  /** `api_token.user_id` */
  get clientKey(): string {
    return `${this.tenant.apiToken}.${this.userId}`
  }

  socket(): Promise<TestSocket> {
    return this.tenant.service.socket({ auth: { token: this.token } })
  }

  /** A plain WebSocket of theirs, by the token in the query. */
  plain(path: string): Promise<PlainSocket> {
    return this.tenant.service.plain(`${path}${path.includes('?') ? '&' : '?'}token=${this.token}`)
  }

  /** Connected, and listening to the room. */
  async socketIn(roomId: string): Promise<TestSocket> {
    const socket = await this.socket()
    const answer = await socket.ask('join_room', { room_id: roomId })
    if (!answer.ok) throw new Error(`cannot join: ${JSON.stringify(answer)}`)
    return socket
  }

  async send(roomId: string, text: string, fields: object = {}): Promise<any> {
    return (await this.rest.post(`/room/${roomId}/message/send`, { text_message: text, ...fields })).body
  }
}

/** Settings are those of the environment. Limits are off, and presence and healing wait, unless a test is about them. */
export async function startService(settings: Record<string, string> = {}): Promise<Service> {
  const { url, drop } = await freshDatabase()
  return start(url, drop, settings)
}

async function start(
  databaseUrl: string,
  drop: () => Promise<void>,
  settings: Record<string, string>,
): Promise<Service> {
  const env = {
    PORT: '0',
    ADMIN_KEY: adminKey,
    RATE_LIMITS: 'off',
    PRESENCE_TICK_MS: '3600000',
    USAGE_INTERVAL_MS: '3600000',
    LOG_GLANCE_MS: '3600000',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: '6',
    // Of a test's Redis nobody is to think on a busy machine that it is away.
    REDIS_TIMEOUT_MS: '3000',
    ...settings,
  }
  const config = loadConfig(env, false)
  const app = await startApp(config, makeLogger(process.env['TEST_LOG'] ?? 'silent'))
  const { port } = app.getHttpServer().address() as { port: number }
  return new Service(app, `http://127.0.0.1:${port}`, databaseUrl, drop)
}
