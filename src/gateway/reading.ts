import { Logger } from '@nestjs/common'
import type { Position } from '../contract/events.js'
import type { Missed, RoomKey } from '../contract/ports.js'
import { FairLine } from '../infra/fair-line.js'

/** Why a room reads: somebody is about to hear it, an event came too early, or it was found behind, by a glance or after a gap. */
export type Why = 'join' | 'jump' | 'glance' | 'gap'

/** How many rooms are read at a time: however many are behind, nobody else who asks the database waits for them. */
export const hands = 4

/** How the rooms of a node read the log: few at a time, whoever joins first, and of the others tenants take turns. */
export class Reading {
  private readonly logger = new Logger('room')
  private readonly joining = new FairLine<() => void>()
  private readonly behind = new FairLine<() => void>()
  private busy = 0
  private isFailing = false

  constructor(private readonly read: (room: RoomKey, position: Position) => Promise<Missed | null>) {}

  async after(room: RoomKey, position: Position, why: Why): Promise<Missed | null> {
    if (this.busy < hands) this.busy++
    else await new Promise<void>((go) => (why === 'join' ? this.joining : this.behind).push(room.tenantId, go))
    try {
      const missed = await this.read(room, position)
      this.isFailing = false
      return missed
    } catch (error) {
      this.complain(error)
      throw error
    } finally {
      this.next()
    }
  }

  private next(): void {
    const go = this.joining.shift() ?? this.behind.shift()
    if (go) go()
    else this.busy--
  }

  /** Once, and not once a room, until one is read again. */
  private complain(error: unknown): void {
    if (!this.isFailing) this.logger.error(error)
    this.isFailing = true
  }
}
