import { Backoff } from './backoff.js'
import { asParleyError } from './errors.js'
import { pause } from './later.js'

/** How far one has read in a room: told to the service until that knows it, of several the last, and never back. */
export class ReadMark {
  private seq = 0
  private toldSeq = 0
  private isTelling = false
  private isClosed = false

  constructor(private readonly tell: (seq: number) => Promise<unknown>) {}

  move(seq: number): void {
    this.seq = Math.max(this.seq, seq)
    this.flush()
  }

  /** What could not be told before. */
  flush(): void {
    if (!this.isTelling) void this.tellAll()
  }

  close(): void {
    this.isClosed = true
  }

  private async tellAll(): Promise<void> {
    this.isTelling = true
    const backoff = new Backoff()
    for (let waitMs: number | null = 0; waitMs !== null && this.seq > this.toldSeq && !this.isClosed;) {
      waitMs = await this.tellOnce(this.seq, backoff)
      if (waitMs) await pause(waitMs)
    }
    this.isTelling = false
  }

  /** How long to wait before the next time; null where that is not before `flush`. */
  private async tellOnce(seq: number, backoff: Backoff): Promise<number | null> {
    try {
      await this.tell(seq)
      this.toldSeq = seq
      return 0
    } catch (thrown) {
      const { retryable, retryAfterMs, code } = asParleyError(thrown)
      return retryable && code !== 'offline' ? backoff.next(retryAfterMs) : null
    }
  }
}
