interface Held {
  count: number
  /** How many Redis was told; null if nobody knows. */
  told: number | null
}

/** How many of each seat this node holds, and what of that Redis does not know. */
export class HeldSeats {
  private readonly held = new Map<string, Held>()
  private readonly untold = new Set<string>()

  count(key: string): number {
    return this.held.get(key)?.count ?? 0
  }

  add(key: string, change: 1 | -1): void {
    const { count, told } = this.held.get(key) ?? { count: 0, told: 0 }
    this.set(key, { count: count + change, told })
  }

  /** One more, by Redis itself. */
  take(key: string): void {
    const { count, told } = this.held.get(key) ?? { count: 0, told: 0 }
    this.set(key, { count: count + 1, told: told === null ? null : told + 1 })
  }

  /** Redis was told so; null: nobody knows. */
  tell(key: string, told: number | null): void {
    this.set(key, { count: this.count(key), told })
  }

  /** Redis may have lost it all. */
  tellAgain(): void {
    for (const [key, { count }] of [...this.held]) this.set(key, { count, told: count > 0 ? null : 0 })
  }

  /** Some of those of which Redis does not know. */
  some(most: number): string[] {
    const keys: string[] = []
    for (const key of this.untold) if (keys.push(key) === most) break
    return keys
  }

  get isTold(): boolean {
    return this.untold.size === 0
  }

  get size(): number {
    return this.held.size
  }

  private set(key: string, held: Held): void {
    if (held.count === held.told) this.untold.delete(key)
    else this.untold.add(key)
    if (held.count === 0 && held.told === 0) this.held.delete(key)
    else this.held.set(key, held)
  }
}
