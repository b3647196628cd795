import { Backoff } from './backoff.js'
import { asParleyError, type ParleyError } from './errors.js'
import { Store } from './store.js'
import type { Message, SendMessage } from './types.js'

export interface Draft extends Omit<SendMessage, 'room_id' | 'client_message_id'> {}

/** A message of one's own that is not in the timeline yet. */
export interface OutgoingMessage extends Draft {
  readonly client_message_id: string
  /** `pending`: on its way, however long that takes. `sent`: on disk. `failed`: refused, and not tried again by itself. */
  readonly status: 'pending' | 'sent' | 'failed'
  /** Why it failed, or is not taken yet. */
  readonly error: ParleyError | null
  readonly created_at: string
  /** Before it is answered there is none. */
  readonly message_id?: undefined
  readonly sender?: undefined
}

interface Outlets {
  /** Throws `ParleyError`. */
  send(draft: Draft & { client_message_id: string }): Promise<Message>
  /** It is on disk. */
  sent(message: Message): void
}

/**
 * The sends of one room, one after another, so that they stand in the order in which they were written. Each is sent under
 * its one id until it is answered: what was stored already is stored no second time.
 */
export class Outbox {
  readonly store = new Store<readonly OutgoingMessage[]>([])
  private readonly backoff = new Backoff(500, 10_000)
  /** Where those stand that were sent. */
  private readonly seqs = new Map<string, number>()
  private isBusy = false
  private isClosed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  /** The service does not want to hear of it before. */
  private notBeforeMs = 0

  constructor(private readonly outlets: Outlets) {}

  get messages(): readonly OutgoingMessage[] {
    return this.store.get()
  }

  /** The id under which it is sent. */
  add(draft: Draft): string {
    const client_message_id = newId()
    const created_at = new Date().toISOString()
    this.store.set([...this.messages, { ...draft, client_message_id, status: 'pending', error: null, created_at }])
    if (this.timer === undefined) this.begin()
    return client_message_id
  }

  /** Sends what failed once more, behind what waits. */
  retry(id: string): void {
    const failed = this.messages.find((one) => one.client_message_id === id && one.status === 'failed')
    if (!failed) return
    const others = this.messages.filter((one) => one !== failed)
    this.store.set([...others, { ...failed, status: 'pending', error: null }])
    if (this.timer === undefined) this.begin()
  }

  /** It is given up. What is on its way may be stored all the same. */
  discard(id: string): void {
    this.keep((one) => one.client_message_id !== id)
  }

  /** What stands in the timeline, or before it, is not on its way any more. */
  settle(timeline: readonly Message[], lastSeq: number): void {
    if (!this.messages.length) return
    const ids = new Set(timeline.map(({ client_message_id }) => client_message_id))
    this.keep(({ client_message_id: id }) => !ids.has(id) && (this.seqs.get(id) ?? Infinity) > lastSeq)
  }

  /** The connection is there: what waited for it goes at once, and what was told to wait does. */
  flush(): void {
    this.backoff.reset()
    this.wait(0)
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
  }

  private begin(): void {
    if (!this.isBusy && !this.isClosed) void this.work()
  }

  private wait(ms: number): void {
    clearTimeout(this.timer)
    const leftMs = Math.max(ms, this.notBeforeMs - performance.now())
    this.timer = leftMs > 0 ? setTimeout(() => this.wait(0), leftMs) : undefined
    if (!this.timer) this.begin()
  }

  private async work(): Promise<void> {
    this.isBusy = true
    let isTaken = true
    for (let next; isTaken && (next = this.messages.find(({ status }) => status === 'pending'));) {
      isTaken = await this.sendOne(next)
    }
    this.isBusy = false
    if (!isTaken && !this.isClosed) this.wait(this.backoff.next())
  }

  /** False if it is to be tried again. */
  private async sendOne({ status: _, error: __, created_at: ___, ...draft }: OutgoingMessage): Promise<boolean> {
    const id = draft.client_message_id
    try {
      const message = await this.outlets.send(draft)
      this.backoff.reset()
      // What was told already is in the timeline, and not here any more.
      if (this.messages.some((one) => one.client_message_id === id)) this.seqs.set(id, message.seq)
      this.mark(id, { status: 'sent', error: null })
      this.outlets.sent(message)
      return true
    } catch (thrown) {
      const error = asParleyError(thrown)
      this.mark(id, { status: error.retryable ? 'pending' : 'failed', error })
      this.notBeforeMs = performance.now() + (error.retryAfterMs ?? 0)
      return !error.retryable
    }
  }

  private mark(id: string, fields: Partial<OutgoingMessage>): void {
    this.store.set(this.messages.map((one) => (one.client_message_id === id ? { ...one, ...fields } : one)))
  }

  private keep(isKept: (one: OutgoingMessage) => boolean): void {
    const kept = this.messages.filter(isKept)
    for (const one of this.messages) if (!kept.includes(one)) this.seqs.delete(one.client_message_id)
    if (kept.length < this.messages.length) this.store.set(kept)
  }
}

/** Also on pages that are no secure context, where there is no `randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
