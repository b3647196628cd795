import { keyIn } from './typists.js'

/** That somebody is typing in a room, or is no more: as what, and to whom not. */
export interface Telling {
  readonly tenantId: string
  readonly roomId: string
  readonly userId: string
  readonly displayName: string | null
  readonly name: string
  readonly except: ReadonlySet<string>
  readonly isTyping: boolean
  /** They go on: clients know it, other nodes would forget it. */
  readonly again?: boolean
}

const restMs = 1000
const renewMs = 10_000

interface Last {
  told: Telling
  restsUntilMs: number
  renewAtMs: number
  next: Telling | null
}

/** One typist in one room is told of once a second, however often that turns, and what is told last is so. */
export class TypingPace {
  private readonly last = new Map<string, Last>()

  /** What is to be told now; null if that waits, or is told already. Of an end hears who heard of the beginning. */
  take(telling: Telling, nowMs: number): Telling | null {
    const last = this.last.get(keyOf(telling))
    if (!last) return this.tell(telling, nowMs)
    const { told } = last
    last.next = told.isTyping === telling.isTyping ? null : told.isTyping ? { ...told, isTyping: false } : telling
    return last.next && last.restsUntilMs <= nowMs ? this.tell(last.next, nowMs) : null
  }

  /** What has waited for long enough. Who is told to be typing is kept until they are not. */
  due(nowMs: number): Telling[] {
    const due: Telling[] = []
    for (const [key, { told, restsUntilMs, next }] of this.last) {
      if (restsUntilMs > nowMs) continue
      if (next) due.push(this.tell(next, nowMs))
      else if (!told.isTyping) this.last.delete(key)
    }
    return due
  }

  /** Who goes on typing, once every ten seconds. */
  renewals(nowMs: number): Telling[] {
    const going = [...this.last.values()].filter(({ told, renewAtMs }) => told.isTyping && renewAtMs <= nowMs)
    for (const one of going) one.renewAtMs = nowMs + renewMs
    return going.map(({ told }) => ({ ...told, again: true }))
  }

  private tell(told: Telling, nowMs: number): Telling {
    this.last.set(keyOf(told), { told, restsUntilMs: nowMs + restMs, renewAtMs: nowMs + renewMs, next: null })
    return told
  }
}

const keyOf = ({ tenantId, roomId, userId }: Telling): string => keyIn(tenantId, roomId, userId)
