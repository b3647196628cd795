import type { Publication } from '../../contract/events.js'
import { encodeEnvelope, encodePublication } from './envelope.js'
import type { Redis } from './redis.js'
import { verbFor } from './server.js'

/** What is on its way to Redis, and was not answered. What would be more is dropped: the log has it. */
const maxBytesOut = 8_388_608
/** An envelope is not made larger than this by what else is published at its place in the same tick. */
const envelopeBytes = 262_144

/** What becomes one envelope. */
interface Batch {
  channel: string
  tenantId: string
  publications: string[]
  bytes: number
}

/** Publishes what is only a hint: to who is subscribed now, in one envelope a tick and channel. Nobody waits for it. */
export class Publisher {
  private batches = new Map<string, Batch>()
  private bytesOut = 0

  constructor(
    private readonly redis: Redis,
    private readonly from: string,
    private readonly count: (outcome: 'published' | 'dropped', publications: number) => void,
  ) {}

  publish(channel: string, publication: Publication): void {
    if (!this.redis.isUp || this.bytesOut > maxBytesOut) return this.count('dropped', 1)
    const text = encodePublication(publication)
    const batch = this.batches.get(channel) ?? this.begin(channel, publication.audience.tenantId)
    batch.publications.push(text)
    batch.bytes += text.length
    this.bytesOut += text.length
    if (batch.bytes > envelopeBytes) this.send(batch)
  }

  /** Calls every node that is subscribed to the channel, whatever the tenant. */
  async call(channel: string): Promise<void> {
    await this.redis.command(channel, this.verb, 'look')
  }

  private get verb(): string {
    return verbFor(this.redis.traits)
  }

  private begin(channel: string, tenantId: string): Batch {
    if (!this.batches.size) setImmediate(() => this.flush())
    const batch = { channel, tenantId, publications: [], bytes: 0 }
    this.batches.set(channel, batch)
    return batch
  }

  private flush(): void {
    for (const batch of [...this.batches.values()]) this.send(batch)
  }

  private send({ channel, tenantId, publications, bytes }: Batch): void {
    this.batches.delete(channel)
    const done = (outcome: 'published' | 'dropped') => () => {
      this.bytesOut -= bytes
      this.count(outcome, publications.length)
    }
    this.redis
      .command(channel, this.verb, encodeEnvelope(this.from, tenantId, 0, publications))
      .then(done('published'), done('dropped'))
  }
}
