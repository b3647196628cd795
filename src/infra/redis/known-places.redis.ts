import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { knownForMs, MemoryKnownPlaces } from '../known-places.memory.js'
import { Redis } from './redis.js'

/** What any node saw. What Redis could not be told, or cannot be asked, the node knows that saw it. */
@Injectable()
export class RedisKnownPlaces extends MemoryKnownPlaces {
  constructor(private readonly redis: Redis) {
    super()
  }

  override async see(place: string): Promise<void> {
    await super.see(place)
    await this.redis.command(this.keyOf(place), 'SET', '', 'PX', knownForMs).catch(() => undefined)
  }

  override async has(place: string): Promise<boolean> {
    if (await super.has(place)) return true
    return this.redis.command(this.keyOf(place), 'EXISTS').then(
      (found) => found === 1,
      () => false,
    )
  }

  /** As a hash: it is short, and nobody reads in Redis for a month who was where. */
  private keyOf(place: string): string {
    return this.redis.key(createHash('sha256').update(place).digest('base64url').slice(0, 22), 'known-place')
  }
}
