import { randomBytes } from 'node:crypto'
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Roster, type Forgotten, type GroupKey, type GroupKind, type Passage } from '../../contract/ports.js'
import { Config } from '../config.js'
import { Lifecycle } from '../lifecycle.js'
import { inPieces, together } from './many.js'
import { RedisNodes } from './nodes.redis.js'
import { Reaper } from './reaper.js'
import { Redis, RedisAway } from './redis.js'
import { Said, wordsOf, type Change, type What } from './said.js'
import { keptMs, Shelf, textOf, type Answer } from './shelf.js'

/** So many people of a group one script takes. */
const atOnce = 200
/** What is said of somebody waits so long for what is said of others. */
const gatherMs = 10
const lookMs = 1000
/** All is said again several times before it would be forgotten. */
const refreshMs = keptMs / 8

/**
 * Who is in what, in Redis. Each node says what is so at itself, until that was heard; how it is everywhere follows from
 * what all have said, and nothing is counted up and down. What Redis lost each says again from memory. Whatever a dead node
 * said another takes away. A node that was taken for dead goes on under another name, so that nobody takes away what is new.
 */
@Injectable()
export class RedisRoster extends Roster implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('roster')
  private readonly listeners: [GroupKind, (passage: Passage) => void][] = []
  private readonly groups = new Map<string, Said>()
  private readonly shelf: Shelf
  private readonly reaper: Reaper
  private name = newName()
  private isRegistered = false
  /** Why all is to be said again; null if it is not. */
  private again: Forgotten | 'refresh' | null = null
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
    this.shelf = new Shelf(redis)
    this.reaper = new Reaper(this.shelf, config.PRESENCE_GRACE_MS, (answer) => this.tell(answer))
  }

  onModuleInit(): void {
    this.nodes.onForgotten((why) => this.forgotten(why))
    this.nodes.onGone(() => void this.clearUp())
    this.redis.onUp(() => this.found())
    const look = (): void => {
      this.sayByItself()
      void this.clearUp()
    }
    const refresh = (): void => void (this.again ??= 'refresh')
    this.timers = [setInterval(look, lookMs).unref(), setInterval(refresh, refreshMs).unref()]
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer)
  }

  enter(group: GroupKey, userId: string): void {
    const said = this.open(group)
    if (!said.here.has(userId)) this.add(said, 'in', userId)
  }

  leave(group: GroupKey, userId: string): void {
    const said = this.groups.get(textOf(group))
    if (said?.here.has(userId)) this.add(said, 'out', userId)
  }

  /** To be said when `say` is called next. */
  note(group: GroupKey, what: What, userId: string, lastsMs: number, atMs?: number): void {
    this.open(group).add(what, userId, lastsMs, atMs)
  }

  isHere(group: GroupKey, userId: string): boolean {
    return this.groups.get(textOf(group))?.here.has(userId) ?? false
  }

  onPassage(kind: GroupKind, listener: (passage: Passage) => void): void {
    this.listeners.push([kind, listener])
  }

  async counts(groups: readonly GroupKey[]): Promise<number[]> {
    const own = (group: GroupKey): number => this.groups.get(textOf(group))?.here.size ?? 0
    try {
      await this.say()
      const counts = await Promise.all(groups.map((group) => this.shelf.count(group)))
      return counts.map((count, at) => (this.isWhole ? count : Math.max(count, own(groups[at]!))))
    } catch (error) {
      this.failed(error)
      return groups.map(own)
    }
  }

  /** Whether each is in it, or counts without a place. Throws unless that is certain. */
  async has(group: GroupKey, userIds: string[]): Promise<boolean[]> {
    if (!this.isCertain) throw new RedisAway('Not all nodes have said who is there.')
    return this.shelf.has(group, userIds)
  }

  /** Is what it answers right for all nodes? */
  get isWhole(): boolean {
    return this.redis.isUp && this.nodes.isWhole && this.again !== 'emptied'
  }

  /** Has each node that is alive had the time to say who is there, whenever Redis was emptied? */
  get isCertain(): boolean {
    return this.isWhole && this.nodes.isCertain
  }

  /** All that is to be said until now is heard, and what follows from it told; or it is kept, if Redis is away. */
  say(): Promise<void> {
    this.next ??= this.tail = this.passAfter(this.tail)
    return this.next
  }

  private async passAfter(tail: Promise<void>): Promise<void> {
    await tail
    this.next = null
    await this.pass().catch((error: unknown) => this.failed(error))
  }

  private sayByItself(): void {
    void this.say()
  }

  /** Who has come back meanwhile is said by their node before anybody finds that their time is up. */
  private found(): void {
    this.endsFromMs = performance.now() + lookMs * 2
    this.sayByItself()
  }

  private add(said: Said, what: What, userId: string): void {
    said.add(what, userId, 0)
    this.gathering ??= setTimeout(() => {
      this.gathering = null
      this.sayByItself()
    }, gatherMs).unref()
  }

  private open(group: GroupKey): Said {
    const text = textOf(group)
    const said = this.groups.get(text) ?? new Said(group)
    this.groups.set(text, said)
    return said
  }

  private forgotten(why: Forgotten): void {
    this.again = why
    this.sayByItself()
  }

  /** When this node ends, the others say that of its people who did not come back to one of them. */
  private async pass(): Promise<void> {
    if (!this.redis.isUp || this.lifecycle.isLeaving) return
    await this.beKnown()
    if (this.again) await this.sayAgain(this.again)
    const groups = [...this.groups.values()]
    await together(groups.map((said) => () => this.sayOf(said)))
    await this.close(groups.filter((said) => said.isOver))
    this.isFailing = false
  }

  /** Whether Redis was emptied is found out before anything follows from what it does not know. */
  private async beKnown(): Promise<void> {
    const isKnown = this.isRegistered && (await this.shelf.isRegistered(this.nodes.id, this.name))
    if (isKnown) return
    if (!this.isRegistered) return this.register()
    await this.nodes.check()
    this.again ??= 'emptied'
  }

  private async register(): Promise<void> {
    await this.shelf.register(this.nodes.id, this.name)
    this.isRegistered = true
  }

  private async sayAgain(why: Forgotten | 'refresh'): Promise<void> {
    if (why !== 'refresh') {
      this.name = newName()
      for (const said of this.groups.values()) said.isIndexed = false
    }
    await this.register()
    await this.index([...this.groups.values()].filter(({ heard }) => heard.size))
    const what = why === 'lapsed' ? 'in' : 'say'
    await together([...this.groups.values()].map((said) => () => this.repeat(said, what)))
    if (this.again === why) this.again = null
  }

  private async repeat(said: Said, what: 'in' | 'say'): Promise<void> {
    for (const some of inPieces([...said.heard], atOnce)) {
      const words = some.flatMap((userId) => [what, userId, 0, 0])
      this.take(said, await this.shelf.say(said.key, this.name, false, words))
    }
  }

  private async index(groups: Said[]): Promise<void> {
    for (const some of inPieces(groups, atOnce)) {
      await this.shelf.note(
        this.name,
        some.map(({ key }) => key),
      )
      for (const said of some) said.isIndexed = true
    }
  }

  private async sayOf(said: Said): Promise<void> {
    const waits = !this.nodes.isWhole && this.isTold(said.key.kind)
    for (const some of inPieces(waits ? [] : said.send(), atOnce)) await this.sayChanges(said, some)
    while (this.mayEnd && said.dueMs !== null && said.dueMs <= performance.now()) await this.sayChanges(said, [])
  }

  private async sayChanges(said: Said, changes: Change[]): Promise<void> {
    if (!said.isIndexed) await this.index([said])
    const answer = await this.shelf.say(said.key, this.name, this.mayEnd, changes.flatMap(wordsOf))
    for (const change of changes) said.acknowledge(change)
    this.take(said, answer)
  }

  /** False for a moment after Redis came back: first each node says who has come meanwhile. */
  get mayEnd(): boolean {
    return performance.now() >= this.endsFromMs
  }

  private take(said: Said, answer: Answer): void {
    said.dueMs = answer.next < 0 ? null : performance.now() + answer.next
    this.tell(answer)
  }

  private tell({ passages }: Answer): void {
    for (const passage of passages) {
      for (const [kind, listener] of this.listeners) if (kind === passage.group.kind) listener(passage)
    }
  }

  private isTold(kind: GroupKind): boolean {
    return this.listeners.some(([told]) => told === kind)
  }

  private async close(groups: Said[]): Promise<void> {
    for (const { key } of groups) this.groups.delete(textOf(key))
    for (const some of inPieces(groups, atOnce)) {
      await this.shelf.strike(
        this.name,
        some.map(({ key }) => key),
      )
    }
  }

  /** After nodes that are no more, and after this one's own names of before. */
  private async clearUp(): Promise<void> {
    if (!this.redis.isUp || this.again || this.lifecycle.isLeaving || !this.isRegistered) return
    const isOver = (nodeId: string, name: string): boolean =>
      nodeId === this.nodes.id ? !this.again && name !== this.name : this.nodes.isGone(nodeId)
    await this.reaper
      .look(this.name, isOver, (group) => this.adopt(group))
      .catch((error: unknown) => this.failed(error))
  }

  /** Who lingers in it is told of by this node from now on. */
  private async adopt(group: GroupKey): Promise<void> {
    const said = this.open(group)
    said.dueMs = performance.now()
    if (!said.isIndexed) await this.index([said])
  }

  /** Said once, as long as it goes on. */
  private failed(error: unknown): void {
    if (!(error instanceof RedisAway) && !this.isFailing) this.logger.warn(error)
    if (!(error instanceof RedisAway)) this.isFailing = true
  }
}

const newName = (): string => randomBytes(6).toString('base64url')
