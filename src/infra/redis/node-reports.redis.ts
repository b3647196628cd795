import { Injectable, type OnModuleInit } from '@nestjs/common'
import { NodeReports } from '../../contract/ports.js'
import type { NodeView } from '../../contract/views.js'
import { Config } from '../config.js'
import { RedisNodes } from './nodes.redis.js'
import { Redis, RedisAway } from './redis.js'

/** What nodes say of themselves, each under a key that lasts as long as its lease would. */
@Injectable()
export class RedisNodeReports extends NodeReports implements OnModuleInit {
  constructor(
    private readonly redis: Redis,
    private readonly nodes: RedisNodes,
    private readonly config: Config,
  ) {
    super()
  }

  onModuleInit(): void {
    this.redis.beforeEnd(() => this.forget())
  }

  get areHeard(): boolean {
    return this.redis.isUp
  }

  async tell(report: NodeView): Promise<void> {
    const lastsMs = Math.max(this.config.NODE_LEASE_MS, 10_000)
    await this.orNothing(this.redis.command(this.keyOf(report.node_id), 'SET', JSON.stringify(report), 'PX', lastsMs))
  }

  async ofOthers(): Promise<NodeView[]> {
    const [first, ...rest] = this.nodes.others.map((id) => this.keyOf(id))
    const told = first === undefined ? [] : await this.orNothing(this.redis.command(first, 'MGET', ...rest))
    const texts = (told as (string | null)[] | null) ?? []
    return texts.filter((text) => text !== null).map((text) => JSON.parse(text) as NodeView)
  }

  private async forget(): Promise<void> {
    if (this.redis.isUp) await this.redis.command(this.keyOf(this.nodes.id), 'DEL')
  }

  /** While Redis is away nothing is heard of others. */
  private orNothing<T>(asked: Promise<T>): Promise<T | null> {
    return asked.catch((error: unknown) => {
      if (error instanceof RedisAway) return null
      throw error
    })
  }

  private keyOf(nodeId: string): string {
    return this.redis.key('nodes', 'report', nodeId)
  }
}
