const pauseMs = 1000

/** What happens again and again is told once at once, then at most once a second, and the last one always. */
export class Pace<T> {
  private readonly recent = new Map<string, { atMs: number; next: T | null }>()

  constructor(private readonly tell: (what: T) => void) {}

  happened(key: string, what: T, nowMs: number): void {
    const recent = this.recent.get(key)
    if (recent) recent.next = what
    else this.tellNow(key, what, nowMs)
  }

  /** To be called every now and then. */
  look(nowMs: number): void {
    for (const [key, { atMs, next }] of this.recent) {
      if (nowMs - atMs < pauseMs) break
      this.recent.delete(key)
      if (next !== null) this.tellNow(key, next, nowMs)
    }
  }

  private tellNow(key: string, what: T, atMs: number): void {
    this.recent.set(key, { atMs, next: null })
    this.tell(what)
  }
}
