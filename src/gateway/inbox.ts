import { ChatError } from '../contract/errors.js'
import type { Connection } from './connection.js'
import type { Asked, Call, Dialect, Place, Reply } from './dialects/dialect.js'
import { sentAs } from './dialects/json.js'
import type { Dispatcher } from './dispatcher.js'
import { Turns } from './turns.js'

/** Frames of one connection that may wait for their turn. */
const maxWaiting = 1000
/** How much of an event's name is repeated to it. */
const maxNameLength = 200

/** A frame, as it is to be answered: in which dialect, and what it asks, which may turn out not to be readable. */
export interface Incoming {
  dialect: Dialect
  asked: Asked
  place?: Place | undefined
  read: () => Call | null
  /** Hears how it was answered. */
  answered?: ((reply: Reply) => void) | undefined
}

/** What one connection asks, done one after another and answered in that order. */
export class Inbox {
  private readonly turns = new Turns()
  private closed = false

  constructor(
    private readonly connection: Connection,
    private readonly dispatcher: Dispatcher,
    /** Ends a connection that goes on asking when it was told not to. */
    private readonly cut: () => void,
  ) {}

  /** What waits is neither done nor answered. */
  close(): void {
    this.closed = true
  }

  /** When what was asked is answered. */
  async idle(): Promise<void> {
    await this.turns.done()
  }

  /** In its turn, beside what the client asks: what it asks meanwhile comes after it. `work` must not throw. */
  first(work: () => Promise<void>): void {
    this.turns.take(work)
  }

  /** False if it was refused at once, for there was too much of it. */
  take(incoming: Incoming): boolean {
    const refusal = this.dispatcher.refuse(this.connection) ?? this.refuseToQueue()
    if (refusal) {
      this.refuse(refusal, incoming)
      return false
    }
    this.turns.take(async () => {
      if (this.closed) return
      this.answer(await this.dispatcher.run(this.connection, incoming.read), incoming)
    })
    return true
  }

  private refuseToQueue(): Reply | null {
    if (this.turns.waiting < maxWaiting) return null
    return this.dispatcher.failed(
      new ChatError('overloaded', `More than ${maxWaiting} events of this socket wait.`, { retryAfterMs: 1000 }),
    )
  }

  /** In its turn, too. What was asked is not kept for it, and who goes on asking all the same is cut. */
  private refuse(refusal: Reply, { asked: { event, payload, id }, ...incoming }: Incoming): void {
    if (this.turns.waiting > 10 * maxWaiting) return this.cut()
    const asked = { event: String(event).slice(0, maxNameLength), payload: sentAs(payload), id }
    this.turns.take(async () => this.answer(refusal, { ...incoming, asked }))
  }

  private answer(reply: Reply, { dialect, asked, place, answered }: Incoming): void {
    for (const text of dialect.reply(reply, asked, place)) this.connection.write({ text })
    answered?.(reply)
  }
}
