/** All that a node writes of groups: what is to be written, and what Redis has acknowledged. */
import type { GroupKey } from '../../contract/ports.js'
import { GroupChanges, type ChangeKind } from './group-changes.js'
import { textOf } from './roster-store.js'

export class PendingChanges {
  private readonly groups = new Map<string, GroupChanges>()
  /** Of these something is to be written, or to be looked after. */
  private pending = new Set<GroupChanges>()
  /** In these people count who have no place any more. */
  private readonly lingering = new Set<GroupChanges>()

  get(group: GroupKey): GroupChanges | undefined {
    return this.groups.get(textOf(group))
  }

  all(): GroupChanges[] {
    return [...this.groups.values()]
  }

  add(group: GroupKey, kind: ChangeKind, userId: string, lastsMs: number, atMs?: number): void {
    const changes = this.open(group)
    changes.add(kind, userId, lastsMs, atMs)
    this.pending.add(changes)
  }

  open(group: GroupKey): GroupChanges {
    const text = textOf(group)
    const changes = this.groups.get(text) ?? new GroupChanges(group)
    this.groups.set(text, changes)
    return changes
  }

  /** Somebody's time is up in so many ms; negative: nobody's is. */
  endsIn(changes: GroupChanges, inMs: number): void {
    changes.dueMs = inMs < 0 ? null : performance.now() + inMs
    if (inMs < 0) this.lingering.delete(changes)
    else this.lingering.add(changes)
  }

  /** What is to be dealt with now. What was not dealt with is to be put back. */
  take(): GroupChanges[] {
    const taken = this.pending
    this.pending = new Set()
    for (const changes of this.lingering) if (changes.isDue) taken.add(changes)
    return [...taken]
  }

  putBack(groups: GroupChanges[]): void {
    for (const changes of groups) this.pending.add(changes)
  }

  /** Those that are over are known no more: they are answered. */
  close(groups: GroupChanges[]): GroupKey[] {
    const over = groups.filter((changes) => changes.isOver && this.groups.get(textOf(changes.key)) === changes)
    for (const { key } of over) this.groups.delete(textOf(key))
    return over.map(({ key }) => key)
  }
}
