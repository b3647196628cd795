import { Injectable } from '@nestjs/common'
import { Roster, type GroupKey, type GroupKind, type Passage } from '../contract/ports.js'

/** Who is in what, on a single node. */
@Injectable()
export class MemoryRoster extends Roster {
  private readonly groups = new Map<string, Set<string>>()
  private readonly listeners: [GroupKind, (passage: Passage) => void][] = []

  enter(group: GroupKey, userId: string): void {
    const people = this.groups.get(keyOf(group)) ?? new Set<string>()
    if (people.has(userId)) return
    this.groups.set(keyOf(group), people.add(userId))
    this.tell({ group, userId, isIn: true, atMs: Date.now(), count: people.size })
  }

  leave(group: GroupKey, userId: string): void {
    const people = this.groups.get(keyOf(group))
    if (!people?.delete(userId)) return
    if (!people.size) this.groups.delete(keyOf(group))
    this.tell({ group, userId, isIn: false, atMs: Date.now(), count: people.size })
  }

  onPassage(kind: GroupKind, listener: (passage: Passage) => void): void {
    this.listeners.push([kind, listener])
  }

  async counts(groups: readonly GroupKey[]): Promise<number[]> {
    return groups.map((group) => this.groups.get(keyOf(group))?.size ?? 0)
  }

  private tell(passage: Passage): void {
    for (const [kind, listener] of this.listeners) if (kind === passage.group.kind) listener(passage)
  }
}

const keyOf = ({ tenantId, kind, name }: GroupKey): string => `${tenantId}:${kind}:${name}`
