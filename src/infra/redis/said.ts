/** What a node has to say of one group, and what it has said. */
import type { GroupKey } from '../../contract/ports.js'

export type What = 'in' | 'out' | 'seen' | 'done'

/** One thing to be said of somebody, until it is known to have been heard. */
export interface Change {
  readonly what: What
  readonly userId: string
  readonly atMs: number
  /** For how long after it they count. */
  readonly lastsMs: number
  /** Something like it was said before, and nobody knows whether it was heard. */
  isAgain: boolean
  isSent: boolean
}

/** In this order they are said: what of sockets comes before what is not about them. */
const slots: Record<What, number> = { in: 0, out: 0, seen: 1, done: 2 }

export class Said {
  /** Who has a place at this node. */
  readonly here = new Set<string>()
  /** Of whom it was heard that they have. */
  readonly heard = new Set<string>()
  private readonly changes = new Map<string, Change>()
  isIndexed = false
  /** When somebody's time is up who counts without a place, by this process' clock; null if nobody does. */
  dueMs: number | null = null

  constructor(readonly key: GroupKey) {}

  get isOver(): boolean {
    return this.here.size + this.heard.size + this.changes.size === 0 && this.dueMs === null
  }

  /** Is anything to be said? */
  get isPending(): boolean {
    return this.changes.size > 0
  }

  get isDue(): boolean {
    return this.dueMs !== null && this.dueMs <= performance.now()
  }

  /** Of somebody who came and went before anything was said nothing is. */
  add(what: What, userId: string, lastsMs: number, atMs = Date.now()): void {
    if (what === 'in') this.here.add(userId)
    if (what === 'out') this.here.delete(userId)
    const key = `${slots[what]}${userId}`
    const before = this.changes.get(key)
    const isAgain = before !== undefined && (before.isSent || before.isAgain)
    const isSo = !isAgain && (what === 'in' || what === 'out') && (what === 'in') === this.heard.has(userId)
    this.changes.delete(key)
    if (!isSo) this.changes.set(key, { what, userId, atMs, lastsMs, isAgain, isSent: false })
  }

  /** What is to be said, marked as sent. */
  send(): Change[] {
    return [...this.changes.entries()].sort(([a], [b]) => Number(a[0]) - Number(b[0])).map(([, change]) => change)
  }

  /** It was heard. What came to it meanwhile is no repetition. */
  acknowledge(change: Change): void {
    const { what, userId } = change
    const key = `${slots[what]}${userId}`
    if (what === 'in') this.heard.add(userId)
    if (what === 'out') this.heard.delete(userId)
    const latest = this.changes.get(key)
    if (latest === change) this.changes.delete(key)
    else if (latest) latest.isAgain = false
  }
}

/** As the scripts take it. */
export function wordsOf(change: Change): (string | number)[] {
  const { what, userId, atMs, lastsMs } = change
  const again = change.isAgain || change.isSent
  change.isSent = true
  return [again ? what.toUpperCase() : what, userId, Math.max(0, Date.now() - atMs), lastsMs]
}
