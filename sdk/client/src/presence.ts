import type { Connection } from './connection.js'
import type { Rest } from './rest.js'
import { Store } from './store.js'
import type { Status } from './types.js'

/** Whether people are there: asked once for each whom somebody looks at, and told from then on. */
export class Presence {
  private readonly stores = new Map<string, Store<Status | null>>()

  constructor(
    private readonly rest: Rest,
    socket: Connection,
  ) {
    socket.on('presence', (status) => this.stores.get(status.user_id)?.set(status))
    // What happened meanwhile was not told.
    socket.onOnline(() => this.stores.forEach((_, userId) => void this.ask(userId)))
  }

  /** null as long as nobody knows. */
  of(userId: string): Store<Status | null> {
    const known = this.stores.get(userId)
    if (known) return known
    const store = new Store<Status | null>(null)
    this.stores.set(userId, store)
    void this.ask(userId)
    return store
  }

  private async ask(userId: string): Promise<void> {
    const status = await this.rest.get<Status>(`/user/${userId}/status`).catch(() => null)
    if (status) this.stores.get(userId)!.set(status)
  }
}
