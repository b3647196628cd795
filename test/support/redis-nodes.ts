/** Nodes on one Redis without a service around them: each with a connection of its own. */
import { loadConfig } from '../../src/infra/config.js'
import { RedisNodes } from '../../src/infra/redis/nodes.redis.js'
import { Redis } from '../../src/infra/redis/redis.js'
import type { RedisServer } from './redis.js'
import { until } from './until.js'

/** With which a node that died is found dead soon. */
export const shortLease = { NODE_LEASE_MS: '500' }

export class Member {
  readonly gone: string[] = []
  readonly forgotten: string[] = []

  private constructor(
    readonly redis: Redis,
    readonly nodes: RedisNodes,
  ) {
    nodes.onGone((id) => this.gone.push(id))
    nodes.onForgotten((why) => this.forgotten.push(why))
  }

  static async start(server: RedisServer, settings: Record<string, string> = shortLease): Promise<Member> {
    const config = loadConfig(
      { REDIS_URL: server.url, REDIS_TIMEOUT_MS: '3000', DATABASE_URL: 'postgres://nowhere/none', ...settings },
      false,
    )
    const redis = new Redis(config)
    const member = new Member(redis, new RedisNodes(redis, config))
    member.nodes.onModuleInit()
    redis.onModuleInit()
    await member.up()
    await until(() => server.command('ZSCORE', redis.key('nodes', 'leases'), member.nodes.id), 'the first beat')
    return member
  }

  up(): Promise<boolean> {
    return until(() => this.redis.isUp, 'Redis to be found')
  }

  /** In order. */
  end(): Promise<void> {
    return this.redis.onApplicationShutdown()
  }

  /** Without a word: it reaches Redis no more. */
  die(): void {
    this.redis.destroy()
  }
}
