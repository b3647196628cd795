import { ChatError } from '../../contract/errors.js'
import { FairLine } from '../fair-line.js'

/** How much of one tenant may wait. */
const maxWaiting = 2000

/** As long as the pool itself would wait for a connection. */
const patienceMs = 4000

/**
 * Of the connections, how many one tenant has at most, and how many of those for what is quick while others ask too: a
 * database that works for one tenant on many connections lets what one of another's is asked wait for its processors.
 */
const [share, quickShare] = [0.7, 0.2]
/** What takes longer waits for a lock, or reads much: it keeps no other of the tenant's own waiting. */
const quickMs = 100
/** For so long after another tenant asked, others ask too. */
const togetherMs = 5000
/** Who asks for no one tenant: they are no other one. */
export const allTenants = '*'

interface Held {
  count: number
  quick: number
}

interface Waiter {
  owner: string
  go: () => void
  fail: (error: Error) => void
  timer: NodeJS.Timeout
  gone: boolean
}

/**
 * Turns at the connections of a pool. Tenants take turns, and none has more than a share of them, which is smaller while
 * others ask too: whatever one asks for, another's question waits for no more than the first connection that is free.
 */
export class PoolTurns {
  private readonly most: number
  private readonly mostQuick: number
  private readonly line = new FairLine<Waiter>()
  private readonly heldBy = new Map<string, Held>()
  private busy = 0
  private lastOwner: string | null = null
  private togetherUntilMs = -Infinity

  constructor(private readonly connections: number) {
    this.most = connections - Math.max(1, Math.floor(connections * (1 - share)))
    this.mostQuick = Math.max(1, Math.floor(connections * quickShare))
  }

  /** How many wait for a turn. */
  get waiting(): number {
    return this.line.size
  }

  /** Fails as the pool does when none was free for long. Throws `overloaded` at once when too much of the owner's waits. */
  async take<T>(owner: string, work: () => Promise<T>): Promise<T> {
    this.notice(owner)
    if (this.busy < this.connections && this.may(owner)) this.enter(owner)
    else await this.wait(owner)
    let isQuick = true
    const slow = setTimeout(() => {
      isQuick = false
      this.heldBy.get(owner)!.quick--
      this.letGo()
    }, quickMs).unref()
    try {
      return await work()
    } finally {
      clearTimeout(slow)
      this.leave(owner, isQuick)
    }
  }

  private notice(owner: string): void {
    if (owner === allTenants || owner === this.lastOwner) return
    if (this.lastOwner !== null) this.togetherUntilMs = performance.now() + togetherMs
    this.lastOwner = owner
  }

  private wait(owner: string): Promise<void> {
    if (this.line.sizeOf(owner) >= maxWaiting) {
      throw new ChatError('overloaded', 'Too much is waiting for the database.', { retryAfterMs: 1000 })
    }
    return new Promise((go, fail) => {
      const waiter: Waiter = {
        owner,
        go,
        fail,
        timer: setTimeout(() => this.giveUp(waiter), patienceMs).unref(),
        gone: false,
      }
      this.line.push(owner, waiter)
    })
  }

  /** Whoever came before has waited for longer. */
  private giveUp(waiter: Waiter): void {
    waiter.gone = true
    waiter.fail(new Error('timeout exceeded when trying to connect'))
    this.line.drop(waiter.owner, ({ gone }) => gone)
  }

  private may(owner: string): boolean {
    const held = this.heldBy.get(owner)
    if (!held) return true
    return held.count < this.most && (held.quick < this.mostQuick || performance.now() > this.togetherUntilMs)
  }

  private enter(owner: string): void {
    this.busy++
    const held = this.heldBy.get(owner) ?? { count: 0, quick: 0 }
    held.count++
    held.quick++
    this.heldBy.set(owner, held)
  }

  private leave(owner: string, wasQuick: boolean): void {
    this.busy--
    const held = this.heldBy.get(owner)!
    held.count--
    if (wasQuick) held.quick--
    if (!held.count) this.heldBy.delete(owner)
    this.letGo()
  }

  private letGo(): void {
    while (this.busy < this.connections) {
      const next = this.line.shift((owner) => this.may(owner))
      if (!next) return
      if (next.gone) continue
      clearTimeout(next.timer)
      this.enter(next.owner)
      next.go()
    }
  }
}
