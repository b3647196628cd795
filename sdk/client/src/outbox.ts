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
  readonly error: ParleyError | null
  readonly created_at: string
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
  readonly messages = new Store<readonly OutgoingMessage[]>([])
  private readonly backoff = new Backoff(500, 10_000)
  private isBusy = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private isClosed = false

  constructor(private readonly outlets: Outlets) {}

  /** The id under which it is sent. */
  add(draft: Draft): string {
    const client_message_id = crypto.randomUUID()
    const created_at = new Date().toISOString()
    const message = { ...draft, client_message_id, status: 'pending', error: null, created_at } as const
    this.messages.set([...this.messages.get(), message])
    this.flush()
    return client_message_id
  }

  /** Sends what failed once more, behind what waits. */
  retry(id: string): void {
    const failed = this.messages.get().find((one) => one.client_message_id === id && one.status === 'failed')
    if (!failed) return
    this.discard(id)
    this.messages.set([...this.messages.get(), { ...failed, status: 'pending', error: null }])
    this.flush()
  }

  /** It is in the timeline, or is given up. What is on its way may be stored all the same. */
  discard(id: string): void {
    const left = this.messages.get().filter((one) => one.client_message_id !== id)
    if (left.length < this.messages.get().length) this.messages.set(left)
  }

  /** To be called when the connection is there. */
  flush(): void {
    clearTimeout(this.timer)
    if (!this.isBusy && !this.isClosed) void this.work()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
  }

  private async work(): Promise<void> {
    this.isBusy = true
    for (let next; (next = this.messages.get().find(({ status }) => status === 'pending'));) {
      if (!(await this.sendOne(next))) break
    }
    this.isBusy = false
  }

  /** False if it waits for another time. */
  private async sendOne({ status: _, error: __, created_at: ___, ...draft }: OutgoingMessage): Promise<boolean> {
    const id = draft.client_message_id
    try {
      const message = await this.outlets.send(draft)
      this.backoff.reset()
      this.mark(id, { status: 'sent' })
      this.outlets.sent(message)
      return true
    } catch (thrown) {
      const error = asParleyError(thrown)
      if (!error.retryable) this.mark(id, { status: 'failed', error })
      else this.timer = setTimeout(() => this.flush(), Math.max(this.backoff.next(), error.retryAfterMs ?? 0))
      return !error.retryable
    }
  }

  private mark(id: string, fields: Partial<OutgoingMessage>): void {
    this.messages.set(this.messages.get().map((one) => (one.client_message_id === id ? { ...one, ...fields } : one)))
  }
}
