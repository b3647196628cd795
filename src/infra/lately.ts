import { MostRecent } from './most-recent.js'

/** Keys that were seen lately, up to so many: of more, those are forgotten that were not seen for longest. */
export class Lately {
  private readonly seenMs: MostRecent<number>

  constructor(
    private readonly lastsMs: number,
    most: number,
  ) {
    this.seenMs = new MostRecent(most)
  }

  see(key: string, nowMs = Date.now()): void {
    this.seenMs.set(key, nowMs)
    for (let oldest = this.seenMs.oldest; oldest; oldest = this.seenMs.oldest) {
      const [first, atMs] = oldest
      if (atMs + this.lastsMs > nowMs) break
      this.seenMs.delete(first)
    }
  }

  has(key: string, nowMs = Date.now()): boolean {
    return nowMs < (this.seenMs.get(key) ?? -Infinity) + this.lastsMs
  }

  get size(): number {
    return this.seenMs.size
  }
}
