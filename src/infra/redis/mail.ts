import type { Letter } from './letters.js'

const retryMs = 250
/** So long, and so much, what comes waits for what could not be read. */
const [heldMs, maxHeld] = [10_000, 1000]
/** What was said so shortly before is heard too: an age is measured a little later than it was reckoned from. */
const slackMs = 100
/** How long a letter is known: longer than it waits. */
const knownMs = 300_000

interface Outlets {
  tell(letter: Letter): void
  /** The letters that wait for no longer than that. */
  since(ageMs: number): Promise<Letter[]>
}

/** What lasts, as it comes to a tenant here: by the channel, and from the stream what was said while nobody heard that. */
export class Mail {
  private readonly known = new Map<string, number>()
  /** Came meanwhile: what waits is told before. */
  private held: Letter[] | null = []
  private unreadSinceMs = Infinity
  private reading: Promise<void> | null = null
  private isClosed = false

  constructor(private readonly outlets: Outlets) {}

  close(): void {
    this.isClosed = true
  }

  accept(letter: Letter): void {
    if (this.held) this.held.push(letter)
    else this.tell(letter)
  }

  /** The channel is not heard any more. */
  hold(): void {
    this.held ??= []
  }

  /** It is heard, and what was said since then is not known. */
  catchUp(sinceMs: number): void {
    this.unreadSinceMs = Math.min(this.unreadSinceMs, sinceMs)
    this.held ??= []
    this.reading ??= this.read().finally(() => (this.reading = null))
  }

  /** What comes is told after what waits, unless that cannot be read for long. */
  private async read(): Promise<void> {
    const begunMs = performance.now()
    while (this.unreadSinceMs < Infinity && !this.isClosed) {
      const sinceMs = this.unreadSinceMs
      this.unreadSinceMs = Infinity
      const waiting = await this.outlets.since(performance.now() - sinceMs + slackMs).catch(() => null)
      const isLong = performance.now() - begunMs > heldMs || (this.held?.length ?? 0) > maxHeld
      if (waiting || isLong) this.release(waiting ?? [])
      if (waiting) continue
      this.unreadSinceMs = Math.min(this.unreadSinceMs, sinceMs)
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
    }
  }

  private release(waiting: Letter[]): void {
    for (const letter of [...waiting, ...(this.held ?? [])]) this.tell(letter)
    this.held = null
  }

  /** Once: what is read may have come by the channel too, and what was written again stands there twice. */
  private tell(letter: Letter): void {
    if (this.isClosed) return
    const [name, nowMs] = [`${letter.from}:${letter.number}`, performance.now()]
    if (this.known.has(name)) return
    this.known.set(name, nowMs)
    for (const [old, atMs] of this.known) {
      if (nowMs - atMs < knownMs) break
      this.known.delete(old)
    }
    this.outlets.tell(letter)
  }
}
