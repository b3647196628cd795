/** What a node has to write of one group, and what it has written. */
import type { GroupKey } from '../../contract/ports.js'

/** They have a place at this node, have it no more, were seen without one, or are written as gone. */
export type ChangeKind = 'in' | 'out' | 'seen' | 'done'

/** One thing to be written of somebody, until Redis has acknowledged it. */
export interface Change {
  readonly kind: ChangeKind
  readonly userId: string
  readonly atMs: number
  /** For how long after it they count. */
  readonly lastsMs: number
  /** Something like it was sent before, and nobody knows whether Redis took it. */
  isAgain: boolean
  isSent: boolean
}

/** In this order they are written: what is about sockets comes before what is not. */
const slots: Record<ChangeKind, number> = { in: 0, out: 0, seen: 1, done: 2 }

export class GroupChanges {
  /** Who has a place at this node. */
  readonly here = new Set<string>()
  /** Of whom Redis acknowledged that they have. */
  readonly acknowledged = new Set<string>()
  private readonly changes = new Map<string, Change>()
  isIndexed = false
  /** When somebody's time is up who counts without a place, by this process' clock; null if nobody does. */
  dueMs: number | null = null

  constructor(readonly key: GroupKey) {}

  get isOver(): boolean {
    return this.here.size + this.acknowledged.size + this.changes.size === 0 && this.dueMs === null
  }

  /** Is anything to be written? */
  get isPending(): boolean {
    return this.changes.size > 0
  }

  get isDue(): boolean {
    return this.dueMs !== null && this.dueMs <= performance.now()
  }

  /** Of somebody who came and went before anything was written nothing is. */
  add(kind: ChangeKind, userId: string, lastsMs: number, atMs = Date.now()): void {
    if (kind === 'in') this.here.add(userId)
    if (kind === 'out') this.here.delete(userId)
    const key = `${slots[kind]}${userId}`
    const before = this.changes.get(key)
    const isAgain = before !== undefined && (before.isSent || before.isAgain)
    const isSo = !isAgain && (kind === 'in' || kind === 'out') && (kind === 'in') === this.acknowledged.has(userId)
    this.changes.delete(key)
    if (!isSo) this.changes.set(key, { kind, userId, atMs, lastsMs, isAgain, isSent: false })
  }

  /** What is to be written, in its order. */
  toSend(): Change[] {
    return [...this.changes.entries()].sort(([a], [b]) => Number(a[0]) - Number(b[0])).map(([, change]) => change)
  }

  /** Redis took it. What came to it meanwhile is no repetition. */
  acknowledge(change: Change): void {
    const { kind, userId } = change
    const key = `${slots[kind]}${userId}`
    if (kind === 'in') this.acknowledged.add(userId)
    if (kind === 'out') this.acknowledged.delete(userId)
    const latest = this.changes.get(key)
    if (latest === change) this.changes.delete(key)
    else if (latest) latest.isAgain = false
  }
}

/** As the script takes it. Marks it as sent. */
export function argumentsOf(change: Change): (string | number)[] {
  const { kind, userId, atMs, lastsMs } = change
  const again = change.isAgain || change.isSent
  change.isSent = true
  return [again ? kind.toUpperCase() : kind, userId, Math.max(0, Date.now() - atMs), lastsMs]
}
