import { apart } from './store.js'
import type { Tells } from './types.js'

/** What the service tells, by name, to whoever listens. */
export class Emitter {
  private readonly listeners = new Map<string, Set<(payload: never) => void>>()

  /** Until what is returned is called. */
  on<E extends keyof Tells>(event: E, listener: (payload: Tells[E]) => void): () => void {
    const all = this.listeners.get(event) ?? new Set()
    this.listeners.set(event, all.add(listener))
    return () => void all.delete(listener)
  }

  emit(event: string, payload: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) apart(() => listener(payload as never))
  }
}
