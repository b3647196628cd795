import { setTimeout } from 'node:timers/promises'
import { stepOf, type ChatEvent, type Position, type Step } from '../contract/events.js'
import type { Missed } from '../contract/ports.js'
import type { Connection } from './connection.js'
import { Crowd } from './crowd.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import type { Why } from './reading.js'
import type { Listeners } from './topics.js'

/** A connection that reads what it missed, and is not live yet. */
export interface Subscription {
  readonly connection: Connection
  /** In which the room is told to it. */
  dialect: Dialect
  /** What happened meanwhile; null when it was too much to keep, and is read from the log once more. */
  held: ChatEvent[] | null
  /** Where it was live before, if it was, and how it was told. */
  readonly before: (Position & { dialect: Dialect }) | null
}

interface Outlets {
  /** Writes an event to connections, encoded once for all of a dialect. */
  write(listeners: Listeners, event: ChatEvent, stream: Stream | null): void
  /** What the log has after a position, or its first piece; null if the room is no more. */
  readAfter(position: Position, why: Why): Promise<Missed | null>
  /** So many events were told that nobody had told of in time. */
  healed(count: number, why: Why): void
}

const maxHeld = 200
const maxPending = 1000
const retryMs = 500

/**
 * One room as this node's connections hear it: strictly by `seq` and `rev`. What did not come is read from the log before
 * anything later is told. Whoever is live has heard all up to the channel's position, so that live ones are told an event
 * without a look at each of them.
 */
export class RoomChannel {
  private readonly live = new Map<Connection, Dialect>()
  private readonly joining = new Map<Connection, Subscription>()
  /** How often somebody came or went. */
  changes = 0
  /** null until somebody here knows where the room stands. */
  private at: Position | null = null
  private begunAt: Readonly<Position> | null = null
  private reading: Promise<boolean> | null = null
  /** What came while the log is read, or after a gap. */
  private pending: ChatEvent[] = []

  /** Of those who are live, who is looked at again; not who has gone since, nor who came back. */
  private doubted: Set<Connection> | null = null

  /** Of a livestream's room. */
  private crowd: Crowd | null = null

  constructor(private readonly outlets: Outlets) {}

  /** Its listeners are a crowd, of which nobody waits for the slowest. */
  becomeStream(stream: Stream): void {
    this.crowd ??= new Crowd(stream, (listeners, event) => this.outlets.write(listeners, event, stream))
  }

  get stream(): Stream | null {
    return this.crowd?.stream ?? null
  }

  get position(): Readonly<Position> | null {
    return this.at
  }

  /** Where it stood when the first one listened. */
  get origin(): Readonly<Position> | null {
    return this.begunAt
  }

  get isEmpty(): boolean {
    return this.live.size === 0 && this.joining.size === 0
  }

  /** Those who are live, with the dialect in which each is told. */
  get listeners(): ReadonlyMap<Connection, Dialect> {
    return this.live
  }

  /** Those who are about to be live. */
  get joiners(): [Connection, Dialect][] {
    return [...this.joining.values()].map(({ connection, dialect }) => [connection, dialect])
  }

  /** In which it is told to the connection, now or soon; undefined if it is not. */
  dialectOf(connection: Connection): Dialect | undefined {
    return this.live.get(connection) ?? this.joining.get(connection)?.dialect
  }

  isLive(connection: Connection): boolean {
    return this.live.has(connection)
  }

  isJoining(subscription: Subscription): boolean {
    return this.joining.get(subscription.connection) === subscription
  }

  /** From now on nothing is lost to the connection: it is held until `release`. */
  subscribe(connection: Connection, dialect = connection.dialect): Subscription {
    const heardBy = this.live.get(connection)
    // What it is told from here on begins anew: what was left out until now is to be said before.
    if (heardBy) this.crowd?.confess(connection, heardBy)
    if (this.live.delete(connection)) this.changes++
    this.doubted?.delete(connection)
    const before = heardBy && this.at ? { ...this.at, dialect: heardBy } : null
    const subscription: Subscription = { connection, dialect, held: [], before }
    this.joining.set(connection, subscription)
    return subscription
  }

  unsubscribe(connection: Connection): void {
    if (this.live.delete(connection)) this.changes++
    this.joining.delete(connection)
    this.doubted?.delete(connection)
    this.crowd?.forget(connection)
  }

  unsubscribeAll(): Connection[] {
    const connections = [...this.live.keys(), ...this.joining.keys()]
    this.live.clear()
    this.joining.clear()
    this.doubted = null
    return connections
  }

  /** From now on it is known whether the connection stays live without a break, until the doubts end. */
  doubt(connection: Connection): void {
    if (this.live.has(connection)) this.doubted = (this.doubted ?? new Set()).add(connection)
  }

  isDoubted(connection: Connection): boolean {
    return this.doubted?.has(connection) ?? false
  }

  endDoubts(): void {
    this.doubted = null
  }

  /** The client has all up to `position`, read since it subscribed: it is told what came after that, and is live. */
  async release(subscription: Subscription, position: Position): Promise<void> {
    if (!this.at) this.begin(subscription, position)
    for (let at: Position | null = position; at; at = await this.readFor(subscription, at)) {
      // What was read may be here before the event that tells of it.
      while (isBefore(this.at!, at)) if (!(await this.catchUp('join'))) return
      if (!this.isJoining(subscription)) return
      const events = following(subscription.held, at, this.at!)
      if (events) return this.goLive(subscription, events)
    }
  }

  /** `except`: users who are not told. Only of what carries no number: of that nobody misses anything. */
  accept(event: ChatEvent, except?: ReadonlySet<string>): void {
    const step = stepOf(event)
    if (!step && except?.size) return this.signal(event, except)
    if (!step || !this.at) return this.tell(event)
    if (step.number <= this.at[step.count]) return this.hold(event)
    if (this.reading || !isNext(step, this.at)) return this.wait(event)
    this.at[step.count] = step.number
    this.tell(event)
  }

  /** Reads all that the log has and that was not told. False if the room is no more, or nobody listens. */
  catchUp(why: Why): Promise<boolean> {
    return (this.reading ??= this.readOn(why))
  }

  /** What is before it is read first. Of very much that waits the log is asked once more. */
  private wait(event: ChatEvent): void {
    if (this.pending.length < maxPending) this.pending.push(event)
    void this.catchUp('jump')
  }

  private signal(event: ChatEvent, except: ReadonlySet<string>): void {
    this.write(new Map([...this.live].filter(([{ session }]) => !except.has(session.actor.userId))), event)
  }

  private tell(event: ChatEvent): void {
    this.hold(event)
    if (this.live.size) this.write(this.live, event)
  }

  private write(listeners: ReadonlyMap<Connection, Dialect>, event: ChatEvent): void {
    if (this.crowd) this.crowd.tell(listeners, event)
    else this.outlets.write(listeners, event, null)
  }

  /** What it missed, or what was held for it. */
  private tellOne({ connection, dialect }: Subscription, event: ChatEvent): void {
    this.outlets.write([[connection, dialect]], event, this.stream)
  }

  /** Also what the live ones have heard: whoever reads may have an older view of the room than they. */
  private hold(event: ChatEvent): void {
    for (const subscription of this.joining.values()) {
      if (subscription.held && subscription.held.push(event) > maxHeld) subscription.held = null
    }
  }

  private begin({ held }: Subscription, position: Position): void {
    this.begunAt = position
    this.at = { ...position }
    for (const event of [...(held ?? [])]) if (stepOf(event)) this.accept(event)
  }

  private goLive(subscription: Subscription, events: ChatEvent[]): void {
    const { connection, dialect } = subscription
    for (const event of events) this.tellOne(subscription, event)
    this.joining.delete(connection)
    this.live.set(connection, dialect)
    this.changes++
  }

  private async readOn(why: Why): Promise<boolean> {
    let missed: Missed | null
    let isAll: boolean
    do {
      if (this.pending.length === maxPending) this.pending = []
      missed = await this.read(this.at!, why)
      if (missed) this.heal(missed, why)
      isAll = !missed || (missed.complete && this.pending.length < maxPending)
    } while (!isAll)
    const { pending } = this
    this.pending = []
    // In the same moment: whoever asks after the last look begins anew.
    this.reading = null
    if (missed) for (const event of pending) this.accept(event)
    return missed !== null
  }

  private heal({ events, position }: Missed, why: Why): void {
    for (const event of events) this.tell(event)
    this.outlets.healed(events.length, why)
    this.at = { ...position }
  }

  /** Tells one connection the next piece of what the log has; null if there is nobody to tell. */
  private async readFor(subscription: Subscription, position: Position): Promise<Position | null> {
    subscription.held = []
    const missed = await this.read(position, 'join')
    if (!missed || !this.isJoining(subscription)) return null
    for (const event of missed.events) {
      if (!this.isJoining(subscription)) return null
      this.tellOne(subscription, event)
      await subscription.connection.drained()
    }
    if (!missed.complete) subscription.held = null
    return missed.position
  }

  /** Asks the log until it answers: what is told next depends on it. null if the room is no more, or nobody listens. */
  private async read(position: Position, why: Why): Promise<Missed | null> {
    while (!this.isEmpty) {
      try {
        return await this.outlets.readAfter(position, why)
      } catch {
        await setTimeout(retryMs * (0.5 + Math.random()), undefined, { ref: false })
      }
    }
    return null
  }
}

const isBefore = (a: Position, b: Position): boolean => a.seq < b.seq || a.rev < b.rev

/** Is it the next of its count, and of a message that is known by then? */
const isNext = ({ count, number, seq }: Step, at: Position): boolean =>
  number === at[count] + 1 && (count === 'seq' || seq <= at.seq)

/** What of the events leads from one position to the other, and the signals among them; null if something is missing. */
function following(events: ChatEvent[] | null, from: Position, to: Position): ChatEvent[] | null {
  const at = { ...from }
  const next = events?.filter((event) => {
    const step = stepOf(event)
    if (!step) return true
    if (!isNext(step, at) || step.number > to[step.count]) return false
    at[step.count]++
    return true
  })
  return next && !isBefore(at, to) ? next : null
}
