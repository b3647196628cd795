import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Roster, type GroupKey, type GroupKind, type Passage } from '../../contract/ports.js'
import { Config } from '../config.js'
import { Lifecycle } from '../lifecycle.js'
import type { ChangeKind } from './group-changes.js'
import { RedisNodes } from './nodes.redis.js'
import { Reaper } from './reaper.js'
import { Redis, RedisAway } from './redis.js'
import { keptMs, RosterStore, type Answer } from './roster-store.js'
import { RosterWriter } from './roster-writer.js'

/** What is to be written of somebody waits so long for what is to be written of others. */
const gatherMs = 10
const lookMs = 1000
/** All is written again several times before it would be forgotten. */
const refreshMs = keptMs / 8

/**
 * Who is in what, in Redis. Each node writes who is there at itself, until Redis has acknowledged it; how it is everywhere
 * follows from what all have written, and nothing is counted up and down. What Redis lost each writes again from memory.
 * What a dead node wrote another takes away. A node that was taken for dead goes on under another name, so that nobody takes
 * away what is new.
 */
@Injectable()
export class RedisRoster extends Roster implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('roster')
  private readonly listeners: [GroupKind, (passage: Passage) => void][] = []
  private readonly store: RosterStore
  private readonly writer: RosterWriter
  private readonly reaper: Reaper
  private tail: Promise<void> = Promise.resolve()
  private next: Promise<void> | null = null
  private gathering: NodeJS.Timeout | null = null
  private timers: NodeJS.Timeout[] = []
  private endsFromMs = 0
  private isFailing = false

  constructor(
    private readonly redis: Redis,
    private readonly nodes: RedisNodes,
    private readonly lifecycle: Lifecycle,
    config: Config,
  ) {
    super()
    const tell = (answer: Answer): void => this.tell(answer)
    this.store = new RosterStore(redis)
    this.reaper = new Reaper(this.store, config.PRESENCE_GRACE_MS, tell)
    this.writer = new RosterWriter(this.store, {
      nodeId: nodes.id,
      check: () => nodes.check(),
      isWhole: () => nodes.isWhole,
      mayEnd: () => this.mayEnd,
      isTold: (kind) => this.listeners.some(([told]) => told === kind),
      tell,
    })
  }

  onModuleInit(): void {
    this.nodes.onForgotten((why) => {
      this.writer.rewriteReason = why
      void this.flush()
    })
    this.nodes.onGone(() => void this.clearUp())
    this.redis.onUp(() => this.found())
    const refresh = (): void => void (this.writer.rewriteReason ??= 'refresh')
    this.timers = [setInterval(() => this.look(), lookMs).unref(), setInterval(refresh, refreshMs).unref()]
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer)
  }

  enter(group: GroupKey, userId: string): void {
    if (!this.isHere(group, userId)) this.noteSoon(group, 'in', userId)
  }

  leave(group: GroupKey, userId: string): void {
    if (this.isHere(group, userId)) this.noteSoon(group, 'out', userId)
  }

  /** To be written when `flush` is called next. */
  note(group: GroupKey, kind: ChangeKind, userId: string, lastsMs: number, atMs?: number): void {
    this.writer.pending.add(group, kind, userId, lastsMs, atMs)
  }

  isHere(group: GroupKey, userId: string): boolean {
    return this.writer.pending.get(group)?.here.has(userId) ?? false
  }

  onPassage(kind: GroupKind, listener: (passage: Passage) => void): void {
    this.listeners.push([kind, listener])
  }

  async counts(groups: readonly GroupKey[]): Promise<number[]> {
    const own = (group: GroupKey): number => this.writer.pending.get(group)?.here.size ?? 0
    try {
      await this.flush()
      const counts = await Promise.all(groups.map((group) => this.store.count(group)))
      return counts.map((count, at) => (this.isWhole ? count : Math.max(count, own(groups[at]!))))
    } catch (error) {
      this.failed(error)
      return groups.map(own)
    }
  }

  /** Whether each is in it, or counts without a place. Throws unless that is certain. */
  async has(group: GroupKey, userIds: string[]): Promise<boolean[]> {
    if (!this.isCertain) throw new RedisAway('Not all nodes have said who is there.')
    return this.store.has(group, userIds)
  }

  /** Is what it answers right for all nodes? */
  get isWhole(): boolean {
    return this.redis.isUp && this.nodes.isWhole && this.writer.rewriteReason !== 'emptied'
  }

  /** Has each node that is alive had the time to write who is there, whenever Redis was emptied? */
  get isCertain(): boolean {
    return this.isWhole && this.nodes.isCertain
  }

  /** False for a moment after Redis came back: first each node writes who has come meanwhile. */
  get mayEnd(): boolean {
    return performance.now() >= this.endsFromMs
  }

  /** All that was noted until now is written, and what follows from it told; or it is kept, if Redis is away. */
  flush(): Promise<void> {
    this.next ??= this.tail = this.passAfter(this.tail)
    return this.next
  }

  private async passAfter(tail: Promise<void>): Promise<void> {
    await tail
    this.next = null
    // When this node ends, the others tell that of its people who did not come back to one of them.
    if (!this.redis.isUp || this.lifecycle.isLeaving) return
    await this.writer.pass().then(
      () => (this.isFailing = false),
      (error: unknown) => this.failed(error),
    )
  }

  private noteSoon(group: GroupKey, kind: ChangeKind, userId: string): void {
    this.note(group, kind, userId, 0)
    this.gathering ??= setTimeout(() => {
      this.gathering = null
      void this.flush()
    }, gatherMs).unref()
  }

  private found(): void {
    this.endsFromMs = performance.now() + lookMs * 2
    void this.flush()
  }

  private look(): void {
    void this.flush()
    void this.clearUp()
  }

  private tell({ passages }: Answer): void {
    for (const passage of passages) {
      for (const [kind, listener] of this.listeners) if (kind === passage.group.kind) listener(passage)
    }
  }

  /** After nodes that are no more, and after this one's own names of before. */
  private async clearUp(): Promise<void> {
    const { writer, nodes } = this
    if (!this.redis.isUp || writer.rewriteReason || this.lifecycle.isLeaving || !writer.isRegistered) return
    const isOver = (nodeId: string, name: string): boolean =>
      nodeId === nodes.id ? !writer.rewriteReason && name !== writer.name : nodes.isGone(nodeId)
    const adopt = (group: GroupKey): Promise<void> => writer.adopt(group)
    await this.reaper.look(writer.name, isOver, adopt).catch((error: unknown) => this.failed(error))
  }

  /** Logged once, as long as it goes on. */
  private failed(error: unknown): void {
    if (error instanceof RedisAway) return
    if (!this.isFailing) this.logger.warn(error)
    this.isFailing = true
  }
}
