/** Nodes on one Redis without a service around them: each with a connection of its own. */
import type { Passage } from '../../src/contract/ports.js'
import { loadConfig } from '../../src/infra/config.js'
import { Lifecycle } from '../../src/infra/lifecycle.js'
import { RedisNodes } from '../../src/infra/redis/nodes.redis.js'
import { RedisPresence } from '../../src/infra/redis/presence.redis.js'
import { Redis } from '../../src/infra/redis/redis.js'
import { RedisRoster } from '../../src/infra/redis/roster.redis.js'
import type { RedisServer } from './redis.js'
import { until } from './until.js'

/** With which a node that died is found dead soon. */
export const shortLease = { NODE_LEASE_MS: '1000' }

export class Member {
  readonly gone: string[] = []
  readonly forgotten: string[] = []

  /** What it was told of who listens, as `+ann` and `-ann`. */
  readonly passages: string[] = []
  readonly presence: RedisPresence

  private constructor(
    readonly redis: Redis,
    readonly nodes: RedisNodes,
    readonly roster: RedisRoster,
    private readonly lifecycle: Lifecycle,
  ) {
    this.presence = new RedisPresence(roster, nodes)
    roster.onPassage('listeners', ({ isIn, userId }: Passage) => this.passages.push(`${isIn ? '+' : '-'}${userId}`))
    nodes.onGone((id) => this.gone.push(id))
    nodes.onForgotten((why) => this.forgotten.push(why))
  }

  static async start(server: RedisServer, settings: Record<string, string> = shortLease): Promise<Member> {
    const config = loadConfig(
      { REDIS_URL: server.url, REDIS_TIMEOUT_MS: '3000', DATABASE_URL: 'postgres://nowhere/none', ...settings },
      false,
    )
    const redis = new Redis(config)
    const nodes = new RedisNodes(redis, config)
    const lifecycle = new Lifecycle()
    const member = new Member(redis, nodes, new RedisRoster(redis, nodes, lifecycle, config), lifecycle)
    member.nodes.onModuleInit()
    member.roster.onModuleInit()
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
    this.lifecycle.phase = 'draining'
    this.roster.onModuleDestroy()
    return this.redis.onApplicationShutdown()
  }

  /** Without a word: it reaches Redis no more. */
  die(): void {
    this.roster.onModuleDestroy()
    this.redis.destroy()
  }
}
