import { Injectable } from '@nestjs/common'
import { Seating, type Seat, type Soon } from '../contract/ports.js'

/** Counts the seats that are taken here. */
@Injectable()
export class MemorySeating extends Seating {
  private readonly taken = new Map<string, number>()

  take<S extends Seat>(_shard: string, seats: readonly S[]): Soon<S | null> {
    const full = seats.find(({ key, most }) => (this.taken.get(key) ?? 0) >= most)
    if (full) return full
    for (const { key } of seats) this.taken.set(key, (this.taken.get(key) ?? 0) + 1)
    return null
  }

  leave(_shard: string, seats: readonly Seat[]): void {
    for (const { key } of seats) {
      const left = this.taken.get(key)! - 1
      if (left) this.taken.set(key, left)
      else this.taken.delete(key)
    }
  }
}
