import { asParleyError } from './errors.js'
import { Backoff } from './backoff.js'
import type { Connection } from './connection.js'
import type { Room } from './room.js'

/** Rooms that are asked about at a time. */
const atOnce = 255

/** After a reconnection all rooms ask at the same moment what they missed: they do so in one question. */
export class Resuming {
  private readonly rooms = new Set<Room>()
  private readonly backoff = new Backoff()
  private isDue = false

  constructor(private readonly socket: Connection) {
    socket.onOnline(() => this.rooms.clear())
  }

  add(room: Room): void {
    this.rooms.add(room)
    if (this.isDue) return
    this.isDue = true
    queueMicrotask(() => {
      this.isDue = false
      void this.askAll()
    })
  }

  private async askAll(): Promise<void> {
    const rooms = [...this.rooms].filter(({ position }) => position)
    this.rooms.clear()
    for (let from = 0; from < rooms.length; from += atOnce) await this.ask(rooms.slice(from, from + atOnce))
  }

  /** A connection that ends meanwhile makes them ask again when it is back. */
  private async ask(rooms: Room[]): Promise<void> {
    try {
      const answer = await this.socket.ask('sync_rooms', { rooms: rooms.map(({ position }) => position!) })
      this.backoff.reset()
      const byId = new Map(answer.rooms.map((room) => [room.room_id, room]))
      for (const room of rooms) room.caughtUp(byId.get(room.roomId) ?? { room_id: room.roomId })
    } catch (thrown) {
      const error = asParleyError(thrown)
      for (const room of rooms) room.cut()
      const again = (): void => rooms.forEach((room) => room.catchUp())
      if (this.socket.isOnline) setTimeout(again, Math.max(this.backoff.next(), error.retryAfterMs ?? 0))
    }
  }
}
