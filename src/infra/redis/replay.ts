import type { Envelope } from './envelope.js'

const retryMs = 250
/** So long, and so much, what comes live is held back for a stream that cannot be read. */
const [heldMs, maxHeld] = [10_000, 1000]
/** So much more of the stream is read: an age is measured a little later than it was reckoned from. */
const slackMs = 100
/** How long an envelope is known: longer than it stands in the stream. */
const knownMs = 300_000

interface Outlets {
  deliver(envelope: Envelope): void
  /** What the stream has that is no older. */
  since(ageMs: number): Promise<Envelope[]>
}

/**
 * What lasts, as it comes to a tenant here: live by the channel, and replayed from the tenant's stream what was published
 * while the channel was not subscribed to.
 */
export class Replay {
  private readonly known = new Map<string, number>()
  /** Came live meanwhile: what is replayed goes before. null: nothing is held back. */
  private held: Envelope[] | null = []
  private unreadSinceMs = Infinity
  private reading: Promise<void> | null = null
  private isClosed = false

  constructor(private readonly outlets: Outlets) {}

  close(): void {
    this.isClosed = true
  }

  /** It came by the channel. */
  accept(envelope: Envelope): void {
    if (this.held) this.held.push(envelope)
    else this.deliver(envelope)
  }

  /** The channel is lost. */
  hold(): void {
    this.held ??= []
  }

  /** It is subscribed to, and what was published since then is not known. */
  catchUp(sinceMs: number): void {
    this.unreadSinceMs = Math.min(this.unreadSinceMs, sinceMs)
    this.held ??= []
    this.reading ??= this.read().finally(() => (this.reading = null))
  }

  /** What comes live is delivered after what is replayed, unless that cannot be read for long. */
  private async read(): Promise<void> {
    const begunMs = performance.now()
    while (this.unreadSinceMs < Infinity && !this.isClosed) {
      const sinceMs = this.unreadSinceMs
      this.unreadSinceMs = Infinity
      const replayed = await this.outlets.since(performance.now() - sinceMs + slackMs).catch(() => null)
      const isLong = performance.now() - begunMs > heldMs || (this.held?.length ?? 0) > maxHeld
      if (replayed || isLong) this.release(replayed ?? [])
      if (replayed) continue
      this.unreadSinceMs = Math.min(this.unreadSinceMs, sinceMs)
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
    }
  }

  private release(replayed: Envelope[]): void {
    for (const envelope of [...replayed, ...(this.held ?? [])]) this.deliver(envelope)
    this.held = null
  }

  /** Once: what is replayed may have come by the channel too, and what was written again stands in the stream twice. */
  private deliver(envelope: Envelope): void {
    if (this.isClosed) return
    const [name, nowMs] = [`${envelope.from}:${envelope.number}`, performance.now()]
    if (this.known.has(name)) return
    this.known.set(name, nowMs)
    for (const [old, atMs] of this.known) {
      if (nowMs - atMs < knownMs) break
      this.known.delete(old)
    }
    this.outlets.deliver(envelope)
  }
}
