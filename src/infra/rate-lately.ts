interface Sample {
  atMs: number
  count: number
}

/** How fast a count rises, over the last few samples of it. */
export class RateLately {
  private samples: Sample[] = []

  constructor(private readonly most: number) {}

  add(count: number, atMs: number): void {
    this.samples = [...this.samples, { atMs, count }].slice(-this.most)
  }

  get perSecond(): number {
    const [first, last] = [this.samples[0], this.samples.at(-1)]
    const seconds = first && last ? (last.atMs - first.atMs) / 1000 : 0
    return seconds > 0 ? (last!.count - first!.count) / seconds : 0
  }
}
