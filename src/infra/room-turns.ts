import { ChatError } from '../contract/errors.js'

/** Work that may wait, of one room and of all: a room that stands still does not use up what others may. */
const [maxOfRoom, maxOfAll] = [1000, 10_000]

/** Work that is done one after another within a room, and at once across rooms. */
export class RoomTurns {
  private readonly rooms = new Map<string, { tail: Promise<unknown>; waiting: number }>()
  private waiting = 0

  /** Throws `overloaded` at once when too much is waiting already. */
  take<T>(room: string, work: () => Promise<T>): Promise<T> {
    const turns = this.rooms.get(room) ?? { tail: Promise.resolve(), waiting: 0 }
    if (this.waiting >= maxOfAll || turns.waiting >= maxOfRoom) {
      throw new ChatError('overloaded', 'Too much is waiting for this room.', { retryAfterMs: 1000 })
    }
    this.rooms.set(room, turns)
    this.waiting++
    turns.waiting++
    const done = turns.tail.then(work)
    const leave = (): void => {
      this.waiting--
      if (--turns.waiting === 0) this.rooms.delete(room)
    }
    turns.tail = done.then(leave, leave)
    return done
  }
}
