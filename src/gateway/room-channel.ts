import { Logger } from '@nestjs/common'
import type { ChatEvent } from '../contract/events.js'
import type { MessageView } from '../contract/views.js'
import type { Connection } from './connection.js'

/** How one connection listens to one room. */
export interface Subscription {
  connection: Connection
  /** While it reads what it missed, what happens is held back here; null once it is live. */
  held: ChatEvent[] | null
  /** The last message that it was told: no message is told twice, whatever way it comes. */
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
  /** The last message that was passed on; null until somebody here knows where the room stands. */
  private lastSeq: number | null = null
  /** What came while missing messages are read. */
  private queue: ChatEvent[] | null = null

  constructor(private readonly outlets: Outlets) {}

  subscribe(connection: Connection): Subscription {
    const subscription: Subscription = { connection, held: [], lastSeq: 0 }
    this.subscriptions.set(connection, subscription)
    return subscription
  }

  /** The client has all up to `seq`: it is told what was held back after that, and is live. Answers the last `seq`. */
  release(subscription: Subscription, seq: number): number {
    const held = subscription.held ?? []
    subscription.held = null
    subscription.lastSeq = seq
    this.lastSeq ??= seq
    for (const event of held) this.tell([subscription], event)
    return subscription.lastSeq
  }

  accept(event: ChatEvent): void {
    if (this.queue) return void this.queue.push(event)
    if (event.type === 'message.created' && this.lastSeq !== null) {
      const { seq } = event.message
      if (seq <= this.lastSeq) return
      if (seq > this.lastSeq + 1) return void this.catchUp(event)
      this.lastSeq = seq
    }
    this.tell(this.subscriptions.values(), event)
  }

  private tell(subscriptions: Iterable<Subscription>, event: ChatEvent): void {
    const live: Connection[] = []
    for (const subscription of subscriptions) {
      if (subscription.held) subscription.held.push(event)
      else if (isNews(subscription, event)) live.push(subscription.connection)
    }
    this.outlets.write(live, event)
  }

  private async catchUp(event: ChatEvent): Promise<void> {
    this.queue = [event]
    try {
      for (let missed; (missed = await this.outlets.readAfter(this.lastSeq!)).length > 0;) this.tellMissed(missed)
    } catch (error) {
      // The clients see the gap by its seq, and ask for it themselves.
      logger.error(error)
      if (event.type === 'message.created') this.lastSeq = event.message.seq - 1
    }
    const queue = this.queue
    this.queue = null
    for (const queued of queue) this.accept(queued)
  }

  private tellMissed(messages: MessageView[]): void {
    for (const message of messages) {
      this.lastSeq = message.seq
      this.tell(this.subscriptions.values(), { type: 'message.created', message })
    }
  }
}

function isNews(subscription: Subscription, event: ChatEvent): boolean {
  if (event.type !== 'message.created') return true
  if (event.message.seq <= subscription.lastSeq) return false
  subscription.lastSeq = event.message.seq
  return true
}
