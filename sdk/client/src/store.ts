/** A value that changes, and tells whoever listens. What it gives is never changed in place: compare by `===`. */
export class Store<T> {
  private readonly listeners = new Set<() => void>()
  private isHeld = false

  /** The value at the beginning: what a server renders, and a page before it knows more. */
  readonly first: T

  constructor(private value: T) {
    this.first = value
  }

  /** The value now. Bound, as React's `useSyncExternalStore` asks for it. */
  readonly get = (): T => this.value

  /** Calls `listener` after each change, until what is returned is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  get isWatched(): boolean {
    return this.listeners.size > 0
  }

  set(value: T): void {
    if (value === this.value) return
    this.value = value
    if (!this.isHeld) this.tell()
  }

  /** Tells nobody where these are what they were. */
  patch(fields: Partial<T>): void {
    const names = Object.keys(fields) as (keyof T)[]
    if (names.some((name) => fields[name] !== this.value[name])) this.set({ ...this.value, ...fields })
  }

  /** However much `change` sets, whoever listens is told once. */
  together(change: () => void): void {
    const before = this.value
    this.isHeld = true
    change()
    this.isHeld = false
    if (this.value !== before) this.tell()
  }

  private tell(): void {
    for (const listener of [...this.listeners]) apart(listener)
  }
}

/** An error of a listener is its own: it is reported as any uncaught one, and what tells it goes on. */
export function apart(what: () => void): void {
  try {
    what()
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
