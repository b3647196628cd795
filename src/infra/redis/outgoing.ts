import type { Publication } from '../../contract/events.js'
import { letter, written } from './letters.js'
import type { Redis } from './redis.js'
import { verbFor } from './server.js'

/** What is on its way to Redis, and was not answered. What would be more is dropped: the log has it. */
const maxBytesOut = 8_388_608
/** A letter is not made larger than this by what else is said at its place in the same tick. */
const letterBytes = 262_144

interface Pile {
  channel: string
  tenantId: string
  said: string[]
  bytes: number
}

/** What is only a hint: told to who hears it now, in one letter a tick and channel. Nobody waits for it. */
export class Outgoing {
  private piles = new Map<string, Pile>()
  private bytesOut = 0

  constructor(
    private readonly redis: Redis,
    private readonly from: string,
    private readonly count: (outcome: 'published' | 'dropped', publications: number) => void,
  ) {}

  put(channel: string, publication: Publication): void {
    if (!this.redis.isUp || this.bytesOut > maxBytesOut) return this.count('dropped', 1)
    const said = written(publication)
    const pile = this.piles.get(channel) ?? this.pile(channel, publication.audience.tenantId)
    pile.said.push(said)
    pile.bytes += said.length
    this.bytesOut += said.length
    if (pile.bytes > letterBytes) this.send(pile)
  }

  /** Said to every node that hears the channel, whatever the tenant. */
  async call(channel: string): Promise<void> {
    await this.redis.command(channel, this.verb, 'look')
  }

  private get verb(): string {
    return verbFor(this.redis.traits)
  }

  private pile(channel: string, tenantId: string): Pile {
    if (!this.piles.size) setImmediate(() => this.flush())
    const pile = { channel, tenantId, said: [], bytes: 0 }
    this.piles.set(channel, pile)
    return pile
  }

  private flush(): void {
    for (const pile of [...this.piles.values()]) this.send(pile)
  }

  private send({ channel, tenantId, said, bytes }: Pile): void {
    this.piles.delete(channel)
    const done = (outcome: 'published' | 'dropped') => () => {
      this.bytesOut -= bytes
      this.count(outcome, said.length)
    }
    this.redis
      .command(channel, this.verb, letter(this.from, tenantId, 0, said))
      .then(done('published'), done('dropped'))
  }
}
