import { ChatError } from '../contract/errors.js'
import { isLost } from '../infra/database/pg-error.js'
import type { MessageView } from '../contract/views.js'
import { keyOf, type Entry } from './entries.js'

/** Entries that may wait, and how many of them one commit takes. */
const maxWaiting = 10_000
const maxBatch = 1000

interface Job {
  entry: Entry
  resolve: (message: MessageView | null) => void
  reject: (error: unknown) => void
}

interface Outlets {
  /** Stores entries of one kind in one commit: all that can be stored now, or throws and stores none. */
  append(entries: Entry[]): Promise<(MessageView | null)[]>
  /** Hears of each entry that was stored, in the order of its number, before anything later is stored. */
  committed(entry: Entry, message: MessageView): void
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
  store(entry: Entry): Promise<MessageView | null> {
    if (this.waiting.length >= maxWaiting) {
      throw new ChatError('overloaded', 'Too many messages are waiting to be stored.', { retryAfterMs: 1000 })
    }
    const stored = new Promise<MessageView | null>((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject })
    })
    if (!this.busy) void this.work()
    return stored
  }

  private async work(): Promise<void> {
    this.busy = true
    while (this.waiting.length) {
      const { batch, repeats } = withoutRepeats(this.waiting.splice(0, maxBatch))
      // Each kind has its statement, and so its commit.
      for (const kind of ['message', 'change']) await this.commit(batch.filter(({ entry }) => entry.kind === kind))
      for (const { resolve } of repeats) resolve(null)
    }
    this.busy = false
  }

  /** A bad entry fails alone: when a batch cannot be stored, each of its entries is tried by itself. */
  private async commit(batch: Job[]): Promise<void> {
    if (!batch.length) return
    let stored: (MessageView | null)[]
    try {
      stored = await this.outlets.append(batch.map(({ entry }) => entry))
    } catch (error) {
      if (batch.length === 1 || isLost(error)) for (const { reject } of batch) reject(error)
      else for (const job of batch) await this.commit([job])
      return
    }
    for (const [index, message] of stored.entries()) this.settle(batch[index]!, message)
  }

  private settle({ entry, resolve }: Job, message: MessageView | null): void {
    if (message) this.outlets.committed(entry, message)
    resolve(message)
  }
}

/** What is repeated within one batch: the first one is stored, and the others are then found to come after it. */
function withoutRepeats(jobs: Job[]): { batch: Job[]; repeats: Job[] } {
  const seen = new Set<string>()
  const batch: Job[] = []
  const repeats: Job[] = []
  for (const job of jobs) {
    const key = keyOf(job.entry)
    ;(key !== null && seen.has(key) ? repeats : batch).push(job)
    if (key !== null) seen.add(key)
  }
  return { batch, repeats }
}
