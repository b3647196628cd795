import type { GroupKey } from '../../contract/ports.js'
import { together } from './many.js'
import type { Answer, RosterStore } from './roster-store.js'

/** Takes away what was written under names that are over: one node does it, and if that one dies, another goes on. */
export class Reaper {
  private looking: Promise<void> | null = null

  constructor(
    private readonly store: RosterStore,
    private readonly graceMs: number,
    private readonly tell: (answer: Answer) => void,
  ) {}

  /** `adopt`: of a group in which people linger, before they are known as those of the name no more. */
  look(
    by: string,
    isOver: (nodeId: string, name: string) => boolean,
    adopt: (group: GroupKey) => Promise<void>,
  ): Promise<void> {
    this.looking ??= this.lookOnce(by, isOver, adopt).finally(() => (this.looking = null))
    return this.looking
  }

  private async lookOnce(
    by: string,
    isOver: (nodeId: string, name: string) => boolean,
    adopt: (group: GroupKey) => Promise<void>,
  ): Promise<void> {
    for (const [nodeId, name] of await this.store.registered()) {
      if (!isOver(nodeId, name) || !(await this.store.claim(name, by))) continue
      for (;;) {
        const groups = await this.store.someGroups(name)
        if (!groups.length) break
        await together(groups.map((group) => () => this.reap(group, name, adopt)))
        await this.store.unindex(name, groups)
      }
      await this.store.unregister(nodeId, name)
    }
  }

  private async reap(group: GroupKey, name: string, adopt: (group: GroupKey) => Promise<void>): Promise<void> {
    const lingers = group.kind === 'online'
    if (lingers) await adopt(group)
    let cursor = 0
    do {
      const answer = await this.store.reap(group, name, lingers ? this.graceMs : 0, cursor)
      cursor = answer.next
      this.tell(answer)
      await this.store.prolong(name)
    } while (cursor)
  }
}
