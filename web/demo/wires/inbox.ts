/** What one has heard on a connection, and waiting for the next of it. */
import type { Named } from './dialects.js'
import type { End } from './connection.js'

export type Item = { opened: true } | { heard: Named } | { closed: End }

export class Inbox {
  private readonly items: Item[] = []
  private wake: () => void = () => undefined

  get length(): number {
    return this.items.length
  }

  push(item: Item): void {
    this.items.push(item)
    this.wake()
  }

  since(from: number): readonly Item[] {
    return this.items.slice(from)
  }

  /** The first from there on of which `found` makes something; null if `signal` ends the waiting. */
  async next<T>(
    from: number,
    found: (item: Item) => T | null,
    signal: AbortSignal,
  ): Promise<{ at: number; made: T } | null> {
    for (let at = from; ; at++) {
      while (at >= this.items.length) {
        if (signal.aborted) return null
        await this.more(signal)
      }
      const made = found(this.items[at]!)
      if (made !== null) return { at, made }
    }
  }

  private more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
