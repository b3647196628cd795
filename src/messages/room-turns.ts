/** Work that is done one after another within a room, and at once across rooms. */
export class RoomTurns {
  private readonly tails = new Map<string, Promise<unknown>>()

  take<T>(room: string, work: () => Promise<T>): Promise<T> {
    const done = (this.tails.get(room) ?? Promise.resolve()).then(work)
    const settled: Promise<void> = done.then(
      () => this.leave(room, settled),
      () => this.leave(room, settled),
    )
    this.tails.set(room, settled)
    return done
  }

  private leave(room: string, tail: Promise<unknown>): void {
    if (this.tails.get(room) === tail) this.tails.delete(room)
  }
}
