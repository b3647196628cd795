import { ChatError } from '../contract/errors.js'
import { isLost } from '../infra/database/pg-error.js'
import type { MessageView } from '../contract/views.js'
import type { NewMessage } from './messages.repository.js'

/** Messages that may wait, and how many of them one commit takes. */
const maxWaiting = 10_000
const maxBatch = 200

interface Job {
  message: NewMessage
  resolve: (row: MessageView | null) => void
  reject: (error: unknown) => void
}

interface Outlets {
  append(messages: NewMessage[]): Promise<(MessageView | null)[]>
  /** Hears of each message that was stored, in the order of `seq`, before anything later is stored. */
  committed(message: NewMessage, row: MessageView): void
}

/**
 * The way to the log on this node (group commit): what arrives while a batch is being stored makes up the next one, so
 * that a lone message waits for nothing and many share one commit. It waits for no lock: what cannot be stored at once
 * is handed back.
 */
export class CommitLane {
  private waiting: Job[] = []
  private busy = false

  constructor(private readonly outlets: Outlets) {}

  /** The message once it is on disk; null if it was not stored now. Throws `overloaded` at once when too much is waiting. */
  store(message: NewMessage): Promise<MessageView | null> {
    if (this.waiting.length >= maxWaiting) {
      throw new ChatError('overloaded', 'Too many messages are waiting to be stored.', { retryAfterMs: 1000 })
    }
    const stored = new Promise<MessageView | null>((resolve, reject) => {
      this.waiting.push({ message, resolve, reject })
    })
    if (!this.busy) void this.work()
    return stored
  }

  private async work(): Promise<void> {
    this.busy = true
    while (this.waiting.length) {
      const { batch, repeats } = withoutRepeats(this.waiting.splice(0, maxBatch))
      await this.commit(batch)
      for (const { resolve } of repeats) resolve(null)
    }
    this.busy = false
  }

  /** A bad message fails alone: when a batch cannot be stored, each of its messages is tried by itself. */
  private async commit(batch: Job[]): Promise<void> {
    let rows: (MessageView | null)[]
    try {
      rows = await this.outlets.append(batch.map(({ message }) => message))
    } catch (error) {
      if (batch.length === 1 || isLost(error)) for (const { reject } of batch) reject(error)
      else for (const job of batch) await this.commit([job])
      return
    }
    for (const [index, row] of rows.entries()) this.settle(batch[index]!, row)
  }

  private settle({ message, resolve }: Job, row: MessageView | null): void {
    if (row) this.outlets.committed(message, row)
    resolve(row)
  }
}

/** A send that is repeated within one batch: the first one is stored, and the others are then found to be its repeats. */
function withoutRepeats(jobs: Job[]): { batch: Job[]; repeats: Job[] } {
  const seen = new Set<string>()
  const batch: Job[] = []
  const repeats: Job[] = []
  for (const job of jobs) {
    const key = keyOf(job.message)
    ;(key !== null && seen.has(key) ? repeats : batch).push(job)
    if (key !== null) seen.add(key)
  }
  return { batch, repeats }
}

const keyOf = ({ tenantId, roomId, senderId, clientMessageId }: NewMessage): string | null =>
  clientMessageId === null ? null : JSON.stringify([tenantId, roomId, senderId, clientMessageId])
