/** Keys that were seen lately, up to so many: of more, those are forgotten that were not seen for longest. */
export class Lately {
  /** What was seen last comes last. */
  private readonly seenMs = new Map<string, number>()

  constructor(
    private readonly lastsMs: number,
    private readonly most: number,
  ) {}

  see(key: string, nowMs = Date.now()): void {
    this.seenMs.delete(key)
    this.seenMs.set(key, nowMs)
    for (const [oldest, atMs] of this.seenMs) {
      if (this.seenMs.size <= this.most && atMs + this.lastsMs > nowMs) break
      this.seenMs.delete(oldest)
    }
  }

  has(key: string, nowMs = Date.now()): boolean {
    return nowMs < (this.seenMs.get(key) ?? -Infinity) + this.lastsMs
  }

  get size(): number {
    return this.seenMs.size
  }
}
