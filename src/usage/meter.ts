import { Injectable } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { dayMs, dayOf } from './days.js'

/** People of whom a node remembers that they were there today, and of whom it has yet to say so. */
const peopleKnown = 200_000

/** A node says again how many sockets it has, though it is as many as before: by then, who is silent is dead. */
const saidAgainMs = 30_000

/** What one tenant used on a day, since it was asked last. */
export interface DayUse {
  tenantId: string
  day: string
  messages: number
  bytes: number
}

export interface Active extends PersonKey {
  day: string
}

/** How many sockets a tenant has at this node, and the most that there were since it was asked last. */
export interface Sockets {
  tenantId: string
  now: number
  peak: number
}

interface Counted extends Sockets {
  said: number
  saidMs: number
}

/**
 * Counts on this node what tenants use, until somebody takes it to write it down. It holds no more than a line for each
 * tenant and day, and so many people, however long that takes.
 */
@Injectable()
export class Meter {
  private uses = new Map<string, DayUse>()
  private fresh = new Map<string, Active>()
  /** By person, the day on which they were seen last. */
  private readonly seen = new Map<string, string>()
  private today = { number: 0, day: dayOf(0) }
  private readonly sockets = new Map<string, Counted>()

  /** So many bytes more are kept; of a message or, with none, of another version of one. */
  stored(tenantId: string, messages: number, bytes: number, nowMs = Date.now()): void {
    const use = this.useOf(tenantId, this.dayOf(nowMs))
    use.messages += messages
    use.bytes += bytes
  }

  /** Somebody came, asked or sent. */
  active({ tenantId, userId }: PersonKey, nowMs = Date.now()): void {
    const [key, day] = [`${tenantId}:${userId}`, this.dayOf(nowMs)]
    if (this.seen.get(key) === day || this.fresh.size >= peopleKnown) return
    this.seen.delete(key)
    this.seen.set(key, day)
    if (this.seen.size > peopleKnown) this.seen.delete(this.seen.keys().next().value!)
    this.fresh.set(`${day}:${key}`, { tenantId, userId, day })
    this.useOf(tenantId, day)
  }

  opened(tenantId: string): void {
    const sockets = this.sockets.get(tenantId) ?? { tenantId, now: 0, peak: 0, said: 0, saidMs: 0 }
    this.sockets.set(tenantId, sockets)
    sockets.peak = Math.max(sockets.peak, ++sockets.now)
  }

  /** To be called once for each that was opened. */
  closed(tenantId: string): void {
    this.sockets.get(tenantId)!.now--
  }

  /** What the tenant stored today since it was taken last. */
  bytesOf(tenantId: string, nowMs = Date.now()): number {
    return this.uses.get(`${this.dayOf(nowMs)}:${tenantId}`)?.bytes ?? 0
  }

  takeUses(): DayUse[] {
    const taken = [...this.uses.values()]
    this.uses = new Map()
    return taken
  }

  /** What was taken could not be written. */
  giveBack(uses: DayUse[]): void {
    for (const { tenantId, day, messages, bytes } of uses) {
      const use = this.useOf(tenantId, day)
      use.messages += messages
      use.bytes += bytes
    }
  }

  takeActive(): Active[] {
    const taken = [...this.fresh.values()]
    this.fresh = new Map()
    return taken
  }

  giveBackActive(people: Active[]): void {
    for (const person of people) this.fresh.set(`${person.day}:${person.tenantId}:${person.userId}`, person)
  }

  /** Of the tenants of whom there is something to say. What is written is to be said. */
  socketsToSay(nowMs = Date.now()): Sockets[] {
    const isNews = ({ now, peak, said, saidMs }: Counted): boolean =>
      now !== said || peak > said || nowMs >= saidMs + saidAgainMs
    return [...this.sockets.values()].filter(isNews).map(({ tenantId, now, peak }) => ({ tenantId, now, peak }))
  }

  said(all: Sockets[], nowMs = Date.now()): void {
    for (const { tenantId, now, peak } of all) {
      const sockets = this.sockets.get(tenantId)
      if (!sockets) continue
      // More may have come since.
      if (sockets.peak === peak) sockets.peak = sockets.now
      Object.assign(sockets, { said: now, saidMs: nowMs })
      if (!now && !sockets.now) this.sockets.delete(tenantId)
    }
  }

  /** Every message asks: it is written anew once a day. */
  private dayOf(ms: number): string {
    const number = Math.floor(ms / dayMs)
    if (this.today.number !== number) this.today = { number, day: dayOf(ms) }
    return this.today.day
  }

  private useOf(tenantId: string, day: string): DayUse {
    const key = `${day}:${tenantId}`
    const use = this.uses.get(key) ?? { tenantId, day, messages: 0, bytes: 0 }
    this.uses.set(key, use)
    return use
  }
}
