/** All that a node says of groups: what is to be said, and what was heard. */
import type { GroupKey } from '../../contract/ports.js'
import { Said, type What } from './said.js'
import { textOf } from './shelf.js'

export class Sayings {
  private readonly groups = new Map<string, Said>()
  /** Of these something is to be said, or to be looked after. */
  private pending = new Set<Said>()
  private readonly lingering = new Set<Said>()

  get(group: GroupKey): Said | undefined {
    return this.groups.get(textOf(group))
  }

  all(): Said[] {
    return [...this.groups.values()]
  }

  note(group: GroupKey, what: What, userId: string, lastsMs: number, atMs?: number): void {
    const said = this.open(group)
    said.add(what, userId, lastsMs, atMs)
    this.pending.add(said)
  }

  open(group: GroupKey): Said {
    const text = textOf(group)
    const said = this.groups.get(text) ?? new Said(group)
    this.groups.set(text, said)
    return said
  }

  /** Somebody's time is up in so many ms; negative: nobody's is. */
  endsIn(said: Said, inMs: number): void {
    said.dueMs = inMs < 0 ? null : performance.now() + inMs
    if (inMs < 0) this.lingering.delete(said)
    else this.lingering.add(said)
  }

  /** What is to be dealt with now. What was not dealt with is to be put back. */
  take(): Said[] {
    const taken = this.pending
    this.pending = new Set()
    for (const said of this.lingering) if (said.isDue) taken.add(said)
    return [...taken]
  }

  putBack(groups: Said[]): void {
    for (const said of groups) this.pending.add(said)
  }

  /** Those that are over are known no more: they are answered. */
  close(groups: Said[]): GroupKey[] {
    const over = groups.filter((said) => said.isOver && this.groups.get(textOf(said.key)) === said)
    for (const { key } of over) this.groups.delete(textOf(key))
    return over.map(({ key }) => key)
  }
}
