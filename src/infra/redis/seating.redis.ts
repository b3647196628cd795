import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Nodes, Seating, type Seat, type Soon } from '../../contract/ports.js'
import { Config } from '../config.js'
import { soon } from '../soon.js'
import { Gone } from './gone.js'
import { Redis, RedisAway } from './redis.js'
import { SeatingShard, type Around } from './seating-shard.js'

const beatMs = 5000
/** How often everything is told again, changed or not. */
const tellAllMs = 3_600_000
/** Shards that talk at a time when all do. */
const atATime = 50

/**
 * Seats on all nodes. Each node alone says what it holds, as a number and not as a change of one: whatever is lost, said
 * twice or said too late is right again with the next word. While Redis is away, each node counts for itself.
 */
@Injectable()
export class RedisSeating extends Seating implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('seating')
  private readonly shards = new Map<string, SeatingShard>()
  private readonly around: Around
  private words = 0
  private toldAllMs = performance.now()
  private isTellingAll = false
  private timer: NodeJS.Timeout

  constructor(
    private readonly redis: Redis,
    private readonly nodes: Nodes,
    config: Config,
  ) {
    super()
    const gone = new Gone(nodes, config.NODE_LEASE_MS)
    this.around = { redis, nodes, gone, nextWord: () => ++this.words, failed: (error) => this.failed(error) }
  }

  onModuleInit(): void {
    this.redis.onUp(() => void this.talk())
    this.redis.beforeEnd(() => this.talk())
    this.nodes.onForgotten(() => this.tellAgain())
    this.timer = setInterval(() => this.beat(), beatMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  take<S extends Seat>(shardName: string, seats: readonly S[]): Soon<S | null> {
    const shard = this.shards.get(shardName) ?? new SeatingShard(shardName, this.around)
    this.shards.set(shardName, shard)
    const full = this.redis.isUp ? shard.take(seats) : shard.takeHere(seats)
    return soon(full, (which) => seats[which] ?? null)
  }

  leave(shardName: string, seats: readonly Seat[]): void {
    const shard = this.shards.get(shardName)!
    for (const { key } of seats) shard.held.add(key, -1)
    void this.talkIn(shardName, shard)
  }

  private beat(): void {
    if (performance.now() - this.toldAllMs > tellAllMs) this.tellAgain()
    else void this.talk()
  }

  private tellAgain(): void {
    this.toldAllMs = performance.now()
    for (const { held } of this.shards.values()) held.tellAgain()
    void this.talk()
  }

  /** What was not told, because Redis was away. */
  private async talk(): Promise<void> {
    if (this.isTellingAll) return
    this.isTellingAll = true
    const all = [...this.shards]
    for (let at = 0; at < all.length; at += atATime) {
      await Promise.all(all.slice(at, at + atATime).map(([name, shard]) => this.talkIn(name, shard)))
    }
    this.isTellingAll = false
  }

  private async talkIn(name: string, shard: SeatingShard): Promise<void> {
    await shard.talk()
    if (shard.isEmpty && this.shards.get(name) === shard) this.shards.delete(name)
  }

  /** That Redis is away is said elsewhere. */
  private failed(error: unknown): void {
    if (!(error instanceof RedisAway)) this.logger.warn(error)
  }
}
