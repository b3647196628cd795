/** Two nodes on one PostgreSQL and one Redis, behind nginx: what docker-compose-production.yml starts, as processes here. */
import { nginxProgram, startProxy, type Proxy } from '../deploy/nginx.js'
import { freePort } from '../support/ports.js'
import { OwnPostgres } from '../support/postgres.js'
import { databaseProxy, TcpProxy } from '../support/proxy.js'
import { emptyFolder } from '../support/process.js'
import { redisIsHere, RedisServer } from '../support/redis.js'
import { Node } from './node.js'

/** What is not installed here, each with the name of Debian's package. */
export const lacking = (): string[] => [...(redisIsHere ? [] : ['redis-server']), ...(nginxProgram ? [] : ['nginx'])]

export interface Plan {
  nodes?: number
  /** Where PostgreSQL has its data; otherwise in a folder that `endAll` deletes. */
  folder?: string
  /** Of all nodes. */
  settings?: Record<string, string>
  /** Of one of them. */
  settingsOf?: (index: number) => Record<string, string>
  /** Every node reaches Redis and PostgreSQL by ways of its own, which can be cut and stalled. */
  tampered?: boolean
  /** Not ended by the terminal's Ctrl-C together with who started it. */
  detached?: boolean
  /** Who reads what the nodes say, as it comes. */
  reader?: (index: number, text: string) => unknown
}

/** How one node reaches what it needs. */
export interface Ways {
  postgres: TcpProxy
  redis: TcpProxy
}

export class Cluster {
  readonly nodes: Node[] = []
  /** By node; none unless they are tampered with. */
  readonly ways: Ways[] = []
  private nginx: Proxy | null = null

  private constructor(
    private readonly plan: Plan,
    readonly postgres: OwnPostgres,
    readonly redis: RedisServer,
  ) {}

  /** When all of it answers. */
  static async start(plan: Plan = {}): Promise<Cluster> {
    const { folder = emptyFolder(), detached = false } = plan
    const engines = await Promise.allSettled([OwnPostgres.start(folder), RedisServer.start({}, { detached })])
    const [postgres, redis] = engines.map((engine) => (engine.status === 'fulfilled' ? engine.value : null))
    const failed = engines.find((engine) => engine.status === 'rejected')
    if (failed) await Promise.all([postgres?.stop(), redis?.stop()])
    if (failed) throw failed.reason
    const cluster = new Cluster(plan, postgres as OwnPostgres, redis as RedisServer)
    try {
      await cluster.begin()
    } catch (error) {
      await cluster.stop()
      throw error
    }
    return cluster
  }

  /** Where clients come: nginx, or the first node where there is no nginx. */
  get url(): string {
    return this.nginx?.url ?? this.nodes[0]!.url
  }

  /** In order: nobody loses what they need before they have ended. Whether every node ended as it should. */
  async stop(): Promise<boolean> {
    await this.nginx?.stop()
    const ends = await Promise.all(this.nodes.map((node) => node.stop()))
    await Promise.all(this.ways.flatMap(({ postgres, redis }) => [postgres.stop(), redis.stop()]))
    await this.redis.stop()
    await this.postgres.stop()
    return ends.every((end) => end?.code === 0)
  }

  private async begin(): Promise<void> {
    for (let index = 0; index < (this.plan.nodes ?? 2); index++) this.nodes.push(await this.node(index))
    await Promise.all(this.nodes.map((node) => node.start()))
    const urls = this.nodes.map(({ url }) => url)
    if (nginxProgram) this.nginx = await startProxy(urls, this.plan)
  }

  private async node(index: number): Promise<Node> {
    const { settings, settingsOf, detached = false, reader } = this.plan
    const urls = this.plan.tampered ? await this.tamperedUrls() : [this.postgres.url, this.redis.url]
    const all = {
      PORT: `${await freePort()}`,
      REDIS_URL: urls[1]!,
      TRUST_PROXY: '127.0.0.0/8',
      ...settings,
      ...settingsOf?.(index),
    }
    return new Node(urls[0]!, all, { detached, ...(reader && { reader: (text) => reader(index, text) }) })
  }

  private async tamperedUrls(): Promise<string[]> {
    const postgres = await databaseProxy(this.postgres.url)
    const redis = await TcpProxy.start({ host: '127.0.0.1', port: this.redis.port })
    this.ways.push({ postgres: postgres.proxy, redis })
    return [postgres.url, `redis://127.0.0.1:${redis.port}`]
  }
}
