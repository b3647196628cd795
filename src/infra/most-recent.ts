/** Up to so many entries: of more, those go that were set longest ago. */
export class MostRecent<Value> {
  /** What was set last comes last. */
  private readonly entries = new Map<string, Value>()

  constructor(private readonly most: number) {}

  get(key: string): Value | undefined {
    return this.entries.get(key)
  }

  set(key: string, value: Value): void {
    this.entries.delete(key)
    this.entries.set(key, value)
    if (this.entries.size > this.most) this.entries.delete(this.oldest![0])
  }

  delete(key: string): void {
    this.entries.delete(key)
  }

  get oldest(): [key: string, value: Value] | undefined {
    return this.entries.entries().next().value
  }

  get size(): number {
    return this.entries.size
  }
}
