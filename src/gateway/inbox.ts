import { ChatError, type ErrorCode, type Problem } from '../contract/errors.js'
import type { Connection } from './connection.js'
import type { Asked, Call, Dialect, Place, Reply } from './dialects/dialect.js'
import { sentAs } from './dialects/json.js'
import type { Dispatcher, Refusal } from './dispatcher.js'
import { Turns } from './turns.js'

/** Frames of one connection that may wait for their turn. */
const maxWaiting = 1000
/** What they may take together, before no more is read. */
const maxWaitingBytes = 1_048_576
/** How much of an event's name is repeated to it. */
const maxNameLength = 200

/** What a frame asks, which may turn out not to be readable, and in which dialect it is to be answered. */
export interface Asking {
  dialect: Dialect
  asked: Asked
  place?: Place | undefined
  read: () => Call | null
}

/** A frame as it came. */
interface Incoming {
  /** What it takes as long as it waits. */
  bytes: number
  /** In its turn; at once, if it is refused: then for no more than its answer repeats. Must not throw. */
  open: (isRefused: boolean) => Asking
}

/** Who asks. */
interface Peer {
  /** Nothing more is read of what it says, until it is released. False if that cannot be. */
  hold(): boolean
  release(): void
  /** Hears of every refusal when it is made, though it is answered in its turn. */
  refused?(code: ErrorCode): void
  /** Hears of every other failure when it is answered. */
  failed?(problem: Problem): void
  /** Ends a connection that goes on asking when it was told not to. */
  cut(): void
}

/** What one connection asks, done one after another and answered in that order. */
export class Inbox {
  private readonly turns = new Turns()
  private closed = false
  private waitingBytes = 0
  private isHeld = false

  constructor(
    private readonly connection: Connection,
    private readonly dispatcher: Dispatcher,
    private readonly peer: Peer,
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

  /** Whether it may be asked is settled before anything is read of it: by what is known here, or a little later. */
  take({ bytes, open }: Incoming): void {
    const verdict = this.dispatcher.refuse(this.connection)
    const later = verdict instanceof Promise ? verdict : null
    const refusal = (verdict instanceof Promise ? null : verdict) ?? this.refuseToQueue()
    if (refusal) return this.refuse(refusal, open)
    this.wait(bytes)
    const run = async (): Promise<void> => {
      if (!this.closed) await this.run(open(false))
      this.wait(-bytes)
    }
    if (!later) return this.turns.take(run)
    const settled = later.then((known) => (known ? this.settle(known, { bytes, open }) : run))
    this.turns.take(async () => (await settled)())
  }

  /** From then on it waits as nothing but its answer, which comes in its turn. */
  private settle(refusal: Refusal, { bytes, open }: Incoming): () => Promise<void> {
    this.wait(-bytes)
    if (!this.closed) this.peer.refused?.(refusal.error.code)
    const asking = repeated(open(true))
    return async () => {
      if (!this.closed) this.answer(refusal, asking)
    }
  }

  private async run(asking: Asking): Promise<void> {
    const reply = await this.dispatcher.run(this.connection, asking.read)
    this.answer(reply, asking)
    if (!reply.ok) this.peer.failed?.(reply.error)
  }

  /** So much more waits, or less. */
  private wait(bytes: number): void {
    this.waitingBytes += bytes
    if (!this.isHeld && this.waitingBytes > maxWaitingBytes) this.isHeld = this.peer.hold()
    if (!this.isHeld || this.waitingBytes > maxWaitingBytes / 2) return
    this.isHeld = false
    this.peer.release()
  }

  /** What had come already when the peer was held is taken. */
  private refuseToQueue(): Refusal | null {
    const isFull = this.waitingBytes > maxWaitingBytes && !this.isHeld
    if (this.turns.waiting < maxWaiting && !isFull) return null
    return this.dispatcher.failed(
      new ChatError('overloaded', 'Too many events of this socket wait.', { retryAfterMs: 1000 }),
    )
  }

  /** In its turn, too. Who goes on asking all the same is cut. */
  private refuse(refusal: Refusal, open: Incoming['open']): void {
    if (this.closed) return
    this.peer.refused?.(refusal.error.code)
    if (this.turns.waiting > 10 * maxWaiting) return this.peer.cut()
    const asking = repeated(open(true))
    this.turns.take(async () => this.answer(refusal, asking))
  }

  private answer(reply: Reply, { dialect, asked, place }: Omit<Asking, 'read'>): void {
    for (const text of dialect.reply(reply, asked, place)) this.connection.write({ text })
  }
}

/** What the answer to a refusal repeats. Nothing else of what was asked is kept for it. */
function repeated({ dialect, place, asked: { event, payload, id } }: Asking): Omit<Asking, 'read'> {
  const { client_message_id } = sentAs(payload)
  const sent = client_message_id === undefined ? {} : { client_message_id: copyOf(client_message_id) }
  return { dialect, place, asked: { event: copyOf(String(event).slice(0, maxNameLength)), payload: sent, id } }
}

/** A piece of a text would keep the whole of it. */
const copyOf = (text: string): string => Buffer.from(text).toString()
