import { ChatError } from '../../contract/errors.js'
import { FairLine } from '../fair-line.js'

/** How much of one tenant may wait. */
const maxWaiting = 2000

/** As long as the pool itself would wait for a connection. */
const patienceMs = 4000

interface Waiter {
  owner: string
  go: () => void
  fail: (error: Error) => void
  timer: NodeJS.Timeout
  gone: boolean
}

/**
 * Turns at the connections of a pool. Tenants take turns, and none has more than a share of them: whatever one asks for,
 * another's question waits for no more than the first connection that is free.
 */
export class PoolTurns {
  private readonly share: number
  private readonly line = new FairLine<Waiter>()
  private readonly busyOf = new Map<string, number>()
  private busy = 0

  constructor(private readonly connections: number) {
    this.share = connections - Math.max(1, Math.floor(connections * 0.3))
  }

  /** How many wait for a turn. */
  get waiting(): number {
    return this.line.size
  }

  /** Fails as the pool does when none was free for long. Throws `overloaded` at once when too much of the owner's waits. */
  async take<T>(owner: string, work: () => Promise<T>): Promise<T> {
    if (this.busy < this.connections && this.may(owner)) this.enter(owner)
    else await this.wait(owner)
    try {
      return await work()
    } finally {
      this.leave(owner)
    }
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
    return (this.busyOf.get(owner) ?? 0) < this.share
  }

  private enter(owner: string): void {
    this.busy++
    this.busyOf.set(owner, (this.busyOf.get(owner) ?? 0) + 1)
  }

  private leave(owner: string): void {
    this.busy--
    const left = this.busyOf.get(owner)! - 1
    if (left) this.busyOf.set(owner, left)
    else this.busyOf.delete(owner)
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
