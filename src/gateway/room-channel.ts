import { Logger } from '@nestjs/common'
import type { ChatEvent } from '../contract/events.js'
import type { MessageView } from '../contract/views.js'
import type { Connection } from './connection.js'

/** How one connection listens to one room. */
export interface Subscription {
  connection: Connection
  /** While it reads what it missed, what happens is held back here; null once it is live. */
  held: ChatEvent[] | null
  /** The last message that it was told: none is told twice, and none after a gap. */
  lastSeq: number
}

interface Outlets {
  /** Writes an event to connections, encoded once for all of a dialect. */
  write(connections: Connection[], event: ChatEvent): void
  /** The next messages of the room after `seq`, from the log; none if there are no more. */
  readAfter(seq: number): Promise<MessageView[]>
}

const logger = new Logger('room')

/** One room as this node's connections hear it: strictly by `seq`, and what did not come is read from the log. */
export class RoomChannel {
  readonly subscriptions = new Map<Connection, Subscription>()
  /** The last message that was passed on; null until one was, or somebody here knows where the room stands. */
  private lastSeq: number | null = null
  /** What came while missing messages are read for everybody. */
  private queue: ChatEvent[] | null = null

  constructor(private readonly outlets: Outlets) {}

  subscribe(connection: Connection): Subscription {
    const subscription: Subscription = { connection, held: [], lastSeq: 0 }
    this.subscriptions.set(connection, subscription)
    return subscription
  }

  /** The client has all up to `seq`: it is told what came after that, and is live. Answers the last `seq` it was told. */
  release(subscription: Subscription, seq: number): number {
    const held = subscription.held ?? []
    subscription.held = null
    subscription.lastSeq = seq
    this.lastSeq ??= seq
    for (const event of held) this.tell([subscription], event)
    if (this.lastSeq > subscription.lastSeq) this.fill(subscription)
    return subscription.lastSeq
  }

  accept(event: ChatEvent): void {
    // Nobody listens any more once a room is deleted: that cannot wait.
    if (this.queue && event.type !== 'room.deleted') return void this.queue.push(event)
    if (event.type === 'message.created') {
      const { seq } = event.message
      this.lastSeq ??= seq - 1
      if (seq <= this.lastSeq) return
      if (seq > this.lastSeq + 1) return void this.catchUp(event, this.lastSeq)
      this.lastSeq = seq
    }
    this.tell(this.subscriptions.values(), event)
  }

  private tell(subscriptions: Iterable<Subscription>, event: ChatEvent): void {
    const live: Connection[] = []
    for (const subscription of subscriptions) if (this.isNext(subscription, event)) live.push(subscription.connection)
    this.outlets.write(live, event)
  }

  /** May it be told now? What comes after a gap waits until the gap is filled. */
  private isNext(subscription: Subscription, event: ChatEvent): boolean {
    if (subscription.held) {
      subscription.held.push(event)
      return false
    }
    if (event.type !== 'message.created') return true
    const { seq } = event.message
    if (seq > subscription.lastSeq + 1) this.fill(subscription, event)
    if (seq !== subscription.lastSeq + 1) return false
    subscription.lastSeq = seq
    return true
  }

  /** Holds a subscription back, tells it what it missed of the log, and then what came meanwhile. */
  private fill(subscription: Subscription, ...held: ChatEvent[]): void {
    subscription.held = held
    void this.tellMissed(subscription)
  }

  private async tellMissed(subscription: Subscription): Promise<void> {
    const isCurrent = (): boolean => this.subscriptions.get(subscription.connection) === subscription
    const read = await this.read(subscription.lastSeq, (messages) => {
      for (const message of messages) {
        if (!isCurrent() || message.seq <= subscription.lastSeq) continue
        subscription.lastSeq = message.seq
        this.outlets.write([subscription.connection], { type: 'message.created', message })
      }
    })
    const events = subscription.held ?? []
    subscription.held = null
    if (!read) subscription.lastSeq = skipTo(events, subscription.lastSeq)
    if (isCurrent()) for (const event of events) this.tell([subscription], event)
  }

  /** The same for everybody: an event did not come. */
  private async catchUp(event: ChatEvent, seq: number): Promise<void> {
    this.queue = [event]
    const read = await this.read(seq, (messages) => {
      for (const message of messages) {
        this.lastSeq = message.seq
        this.tell(this.subscriptions.values(), { type: 'message.created', message })
      }
    })
    const { queue } = this
    this.queue = null
    if (!read) this.lastSeq = skipTo(queue, seq)
    for (const queued of queue) this.accept(queued)
  }

  /** All that the log has after `seq`. False if it could not be read: the clients see the gap by its seq, and ask. */
  private async read(seq: number, passOn: (messages: MessageView[]) => void): Promise<boolean> {
    try {
      for (let missed; (missed = await this.outlets.readAfter(seq)).length > 0; seq = missed.at(-1)!.seq) passOn(missed)
      return true
    } catch (error) {
      logger.error(error)
      return false
    }
  }
}

/** Where to go on when the log cannot be read: before the first message that is there. */
function skipTo(events: ChatEvent[], seq: number): number {
  const first = events.find((event) => event.type === 'message.created')
  return first ? Math.max(seq, first.message.seq - 1) : seq
}
