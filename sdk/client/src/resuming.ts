import type { Connection } from './connection.js'
import { asParleyError } from './errors.js'
import type { Gate } from './gate.js'
import type { Resumable } from './room-access.js'

/** Rooms that are asked about at a time. */
const atOnce = 255

/** After a reconnection all rooms ask at the same moment what they missed: they do so in one question. */
export class Resuming {
  private readonly logs = new Set<Resumable>()
  private isDue = false

  constructor(
    private readonly socket: Connection,
    private readonly gate: Gate,
  ) {
    socket.onOnline(() => this.logs.clear())
  }

  add(log: Resumable): void {
    this.logs.add(log)
    if (this.isDue) return
    this.isDue = true
    queueMicrotask(() => {
      this.isDue = false
      void this.askAll()
    })
  }

  private async askAll(): Promise<void> {
    const logs = [...this.logs]
    this.logs.clear()
    for (let from = 0; from < logs.length; from += atOnce) await this.ask(logs.slice(from, from + atOnce))
  }

  /** A connection that ends meanwhile makes them ask again when it is back. */
  private async ask(all: Resumable[]): Promise<void> {
    // One that is gone, or begins anew, meanwhile has none.
    const logs = all.filter(({ position }) => position)
    if (!logs.length) return
    const asked = new Map(logs.map((log) => [log, { position: log.position!, turn: log.turn }]))
    const isStill = (log: Resumable): boolean => asked.get(log)!.turn === log.turn
    try {
      const rooms = logs.map((log) => asked.get(log)!.position)
      const ask = () => this.socket.ask('sync_rooms', { rooms })
      const answer = await this.gate.pass(ask, () => logs.some(isStill))
      const byId = new Map(answer.rooms.map((room) => [room.room_id, room]))
      for (const log of logs.filter(isStill)) log.caughtUp(asked.get(log)!.position, byId.get(log.roomId)!)
    } catch (error) {
      for (const log of logs.filter(isStill)) log.failed(asParleyError(error))
    }
  }
}
