import { ChatError } from '../contract/errors.js'

const maxWaiting = 10_000

/** Work that is done one after another within a room, and at once across rooms. */
export class RoomTurns {
  private readonly tails = new Map<string, Promise<unknown>>()
  private waiting = 0

  /** Throws `overloaded` at once when too much is waiting already. */
  take<T>(room: string, work: () => Promise<T>): Promise<T> {
    if (this.waiting >= maxWaiting) {
      throw new ChatError('overloaded', 'Too many messages are waiting to be stored.', { retryAfterMs: 1000 })
    }
    this.waiting++
    const done = (this.tails.get(room) ?? Promise.resolve()).then(work)
    const settled: Promise<void> = done.then(
      () => this.leave(room, settled),
      () => this.leave(room, settled),
    )
    this.tails.set(room, settled)
    return done
  }

  private leave(room: string, tail: Promise<unknown>): void {
    this.waiting--
    if (this.tails.get(room) === tail) this.tails.delete(room)
  }
}
