/** Sets by key, of which an empty one is forgotten. */
export class MultiMap<T> {
  private readonly sets = new Map<string, Set<T>>()

  add(key: string, item: T): void {
    const set = this.sets.get(key)
    if (set) set.add(item)
    else this.sets.set(key, new Set([item]))
  }

  delete(key: string, item: T): void {
    const set = this.sets.get(key)
    set?.delete(item)
    if (set?.size === 0) this.sets.delete(key)
  }

  has(key: string): boolean {
    return this.sets.has(key)
  }

  get(key: string): Iterable<T> {
    return this.sets.get(key) ?? []
  }
}
