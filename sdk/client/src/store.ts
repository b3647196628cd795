/** A value that changes, and tells whoever listens. What it gives is never changed in place: compare by `===`. */
export class Store<T> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  /** The value now. Bound, as React's `useSyncExternalStore` asks for it. */
  readonly get = (): T => this.value

  /** Calls `listener` after each change, until what is returned is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  set(value: T): void {
    if (value === this.value) return
    this.value = value
    for (const listener of [...this.listeners]) listener()
  }

  patch(fields: Partial<T>): void {
    this.set({ ...this.value, ...fields })
  }
}
