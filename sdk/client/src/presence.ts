import { Backoff } from './backoff.js'
import type { Connection } from './connection.js'
import { asParleyError } from './errors.js'
import { pause } from './later.js'
import type { Rest } from './rest.js'
import { Store } from './store.js'
import type { Status } from './types.js'

/** Whether people are there: asked once for each whom somebody looks at, and told from then on. */
export class Presence {
  private readonly stores = new Map<string, Store<Status | null>>()
  /** Who is to be asked about, one after the other. */
  private readonly due = new Set<string>()
  private isAsking = false

  constructor(
    private readonly rest: Rest,
    private readonly socket: Connection,
  ) {
    socket.told.on('presence', (status) => this.stores.get(status.user_id)?.set(status))
    socket.onOnline(() => this.askAgain())
  }

  /** null as long as nobody knows. */
  of(userId: string): Store<Status | null> {
    const known = this.stores.get(userId)
    if (known) return known
    const store = new Store<Status | null>(null)
    this.stores.set(userId, store)
    this.ask(userId)
    return store
  }

  /** What happened meanwhile was not told. Whom nobody looks at any more is forgotten. */
  private askAgain(): void {
    for (const [userId, store] of this.stores) {
      if (store.isWatched) this.ask(userId)
      else if (!this.due.has(userId)) this.stores.delete(userId)
    }
    void this.askAll()
  }

  private ask(userId: string): void {
    this.due.add(userId)
    void this.askAll()
  }

  private async askAll(): Promise<void> {
    if (this.isAsking) return
    this.isAsking = true
    const backoff = new Backoff()
    for (const userId of this.due) {
      while (this.socket.isOnline && this.due.has(userId)) {
        const waitMs = await this.askOne(userId, backoff)
        if (waitMs) await pause(waitMs)
      }
    }
    this.isAsking = false
  }

  /** How long to wait before it is asked again; 0 if it is not. */
  private async askOne(userId: string, backoff: Backoff): Promise<number> {
    try {
      const store = this.stores.get(userId)
      const before = store?.get()
      const status = await this.rest.get<Status>(`/user/${userId}/status`)
      // What was told meanwhile is newer.
      if (store?.get() === before) store?.set(status)
    } catch (thrown) {
      const error = asParleyError(thrown)
      if (error.retryable) return backoff.next(error.retryAfterMs)
    }
    this.due.delete(userId)
    return 0
  }
}
