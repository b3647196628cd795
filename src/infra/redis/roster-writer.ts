import { randomBytes } from 'node:crypto'
import type { Forgotten, GroupKey, GroupKind } from '../../contract/ports.js'
import { argumentsOf, type Change, type GroupChanges } from './group-changes.js'
import { inPieces, together } from './many.js'
import { PendingChanges } from './pending-changes.js'
import type { Answer, RosterStore } from './roster-store.js'

/** So many people of a group one script takes. */
const atOnce = 200

/** What the writer has to know of its node, and what it brings about. */
interface WriterContext {
  readonly nodeId: string
  /** Finds out now whether Redis was emptied. */
  check(): Promise<void>
  /** Has each node written again what was lost? */
  isWhole(): boolean
  /** May anybody be found to have gone whose time is up? */
  mayEnd(): boolean
  isTold(kind: GroupKind): boolean
  tell(answer: Answer): void
}

/** Writes to Redis who is in which group at this node, under a name. One pass at a time. */
export class RosterWriter {
  readonly pending = new PendingChanges()
  name = newName()
  isRegistered = false
  /** Why all is to be written again; null if it is not. */
  rewriteReason: Forgotten | 'refresh' | null = null

  constructor(
    private readonly store: RosterStore,
    private readonly context: WriterContext,
  ) {}

  async pass(): Promise<void> {
    await this.ensureRegistered()
    if (this.rewriteReason) await this.rewrite(this.rewriteReason)
    const groups = this.pending.take()
    try {
      await together(groups.map((changes) => () => this.writeGroup(changes)))
    } finally {
      this.pending.putBack(groups.filter((changes) => changes.isPending))
    }
    const over = this.pending.close(groups)
    for (const some of inPieces(over, atOnce)) await this.store.unindex(this.name, some)
  }

  /** When the time is up of who lingers in it, this node tells so from now on. */
  async adopt(group: GroupKey): Promise<void> {
    const changes = this.pending.open(group)
    this.pending.endsIn(changes, 0)
    if (!changes.isIndexed) await this.index([changes])
  }

  /** Whether Redis was emptied is found out before anything follows from what it does not know. */
  private async ensureRegistered(): Promise<void> {
    const isKnown = this.isRegistered && (await this.store.isRegistered(this.context.nodeId, this.name))
    if (isKnown) return
    if (!this.isRegistered) return this.register()
    await this.context.check()
    this.rewriteReason ??= 'emptied'
  }

  private async register(): Promise<void> {
    await this.store.register(this.context.nodeId, this.name)
    this.isRegistered = true
  }

  private async rewrite(why: Forgotten | 'refresh'): Promise<void> {
    const all = this.pending.all()
    if (why !== 'refresh') {
      this.name = newName()
      for (const changes of all) changes.isIndexed = false
    }
    await this.register()
    await this.index(all.filter(({ acknowledged }) => acknowledged.size))
    const how = why === 'lapsed' ? 'in' : 'restore'
    await together(all.map((changes) => () => this.repeat(changes, how)))
    if (this.rewriteReason === why) this.rewriteReason = null
  }

  private async repeat(changes: GroupChanges, how: 'in' | 'restore'): Promise<void> {
    for (const some of inPieces([...changes.acknowledged], atOnce)) {
      const values = some.flatMap((userId) => [how, userId, 0, 0])
      this.take(changes, await this.store.write(changes.key, this.name, false, values))
    }
  }

  private async index(groups: GroupChanges[]): Promise<void> {
    for (const some of inPieces(groups, atOnce)) {
      const keys = some.map(({ key }) => key)
      await this.store.index(this.name, keys)
      for (const changes of some) changes.isIndexed = true
    }
  }

  /** While it is not known what others write, nothing is found to follow of which somebody is told. */
  private async writeGroup(changes: GroupChanges): Promise<void> {
    const waits = !this.context.isWhole() && this.context.isTold(changes.key.kind)
    for (const some of inPieces(waits ? [] : changes.toSend(), atOnce)) await this.writeSome(changes, some)
    while (changes.isDue && this.context.mayEnd()) await this.writeSome(changes, [])
  }

  private async writeSome(changes: GroupChanges, some: Change[]): Promise<void> {
    if (!changes.isIndexed) await this.index([changes])
    const values = some.flatMap(argumentsOf)
    const answer = await this.store.write(changes.key, this.name, this.context.mayEnd(), values)
    for (const change of some) changes.acknowledge(change)
    this.take(changes, answer)
  }

  private take(changes: GroupChanges, answer: Answer): void {
    this.pending.endsIn(changes, answer.next)
    this.context.tell(answer)
  }
}

const newName = (): string => randomBytes(6).toString('base64url')
