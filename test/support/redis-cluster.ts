/** A real Redis Cluster of three masters, and a Redis as old as it says. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { freePort } from './ports.js'
import { RedisServer } from './redis.js'
import { until } from './until.js'

export class RedisCluster {
  private constructor(
    readonly servers: RedisServer[],
    private readonly dirs: string[],
  ) {}

  static async start(): Promise<RedisCluster> {
    const dirs: string[] = []
    const servers: RedisServer[] = []
    for (let count = 0; count < 3; count++) {
      const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'))
      const bus = String(await freePort())
      dirs.push(dir)
      servers.push(await RedisServer.start({ 'cluster-enabled': 'yes', 'cluster-port': bus, dir }))
    }
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`)
    spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'])
    const isWhole = (server: RedisServer): boolean => server.command('CLUSTER', 'INFO').includes('cluster_state:ok')
    await until(() => servers.every(isWhole), 'the cluster to be whole', 20_000)
    return new RedisCluster(servers, dirs)
  }

  /** Any of them leads to all. */
  get url(): string {
    return this.servers[0]!.url
  }

  async stop(): Promise<void> {
    for (const server of this.servers) await server.kill()
    for (const dir of this.dirs) await rm(dir, { recursive: true })
  }
}

/** The way to a Redis which says of itself that it is version 6: nodes take the plain channels of then. */
export async function asOld(redis: RedisServer): Promise<{ url: string; stop(): void }> {
  const older = (): Transform =>
    new Transform({
      transform(data: Buffer, _encoding, done) {
        done(null, Buffer.from(data.toString('latin1').replace(/redis_version:\d/, 'redis_version:6'), 'latin1'))
      },
    })
  const server = createServer((client) => {
    const upstream = connect(redis.port, '127.0.0.1')
    for (const socket of [client, upstream])
      socket.on('error', () => [client, upstream].forEach((one) => one.destroy()))
    client.pipe(upstream).pipe(older()).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `redis://127.0.0.1:${port}`, stop: () => server.close() }
}
