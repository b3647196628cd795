import { ChatError } from '../contract/errors.js'
import { isLost } from '../infra/database/pg-error.js'
import { FairLine } from '../infra/fair-line.js'
import { keyOf, sortOf, sorts, type Entry } from './entries.js'

/** Entries that may wait, of all and of one tenant, and how many of them one commit takes. */
const [maxWaiting, maxOfTenant] = [10_000, 5000]
const maxBatch = 1000

/**
 * What one commit takes of one tenant where there are several, as nobody's message waits for less than a commit of others'.
 * They are taken for several until so many commits were one's alone.
 */
const [share, sharedFor] = [20, 500]

interface Job<Done> {
  entry: Entry
  resolve: (done: Done | null) => void
  reject: (error: unknown) => void
}

interface Outlets<Done> {
  /** Stores entries of one sort in one commit: all that can be stored now, or throws and stores none. */
  append(entries: Entry[]): Promise<(Done | null)[]>
  /** Hears of each entry that was stored, in the order of its number, before anything later is stored. */
  committed(entry: Entry, done: Done): void
}

/**
 * The way to the log on this node (group commit): what arrives while a batch is being stored makes up the next one, so
 * that a lone message waits for nothing and many share one commit. Tenants take turns in it, so that what one floods it
 * with keeps no other waiting. It waits for no lock: what cannot be stored at once is handed back.
 */
export class CommitLane<Done> {
  private readonly waiting = new FairLine<Job<Done>>()
  private busy = false
  /** Of the last entry that was taken, and for how many commits there are others. */
  private lastTenantId: string | null = null
  private shared = 0

  constructor(private readonly outlets: Outlets<Done>) {}

  /** What became of it once it is on disk; null if it was not stored now. Throws `overloaded` at once when too much is waiting. */
  store(entry: Entry): Promise<Done | null> {
    if (this.waiting.size >= maxWaiting || this.waiting.sizeOf(entry.tenantId) >= maxOfTenant) {
      throw new ChatError('overloaded', 'Too many messages are waiting to be stored.', { retryAfterMs: 1000 })
    }
    const stored = new Promise<Done | null>((resolve, reject) => {
      this.waiting.push(entry.tenantId, { entry, resolve, reject })
    })
    if (!this.busy) void this.work()
    return stored
  }

  private async work(): Promise<void> {
    this.busy = true
    while (this.waiting.size) {
      const { batch, repeats } = withoutRepeats(this.next())
      for (const sort of sorts) await this.commit(batch.filter(({ entry }) => sortOf(entry) === sort))
      for (const { resolve } of repeats) resolve(null)
    }
    this.busy = false
  }

  /** What the next commit takes. */
  private next(): Job<Done>[] {
    const jobs: Job<Done>[] = []
    const taken = new Map<string, number>()
    const most = this.shared-- > 0 ? share : maxBatch
    const may = (tenantId: string): boolean => (taken.get(tenantId) ?? 0) < most
    for (let job; jobs.length < maxBatch && (job = this.waiting.shift(may));) {
      const { tenantId } = job.entry
      if (this.lastTenantId !== null && this.lastTenantId !== tenantId) this.shared = sharedFor
      this.lastTenantId = tenantId
      taken.set(tenantId, (taken.get(tenantId) ?? 0) + 1)
      jobs.push(job)
    }
    return jobs
  }

  /** A bad entry fails alone: when a batch cannot be stored, each of its entries is tried by itself. */
  private async commit(batch: Job<Done>[]): Promise<void> {
    if (!batch.length) return
    let stored: (Done | null)[]
    try {
      stored = await this.outlets.append(batch.map(({ entry }) => entry))
    } catch (error) {
      if (batch.length === 1 || isLost(error)) for (const { reject } of batch) reject(error)
      else for (const job of batch) await this.commit([job])
      return
    }
    for (const [index, done] of stored.entries()) this.settle(batch[index]!, done)
  }

  private settle({ entry, resolve }: Job<Done>, done: Done | null): void {
    if (done) this.outlets.committed(entry, done)
    resolve(done)
  }
}

/** What is repeated within one batch: the first one is stored, and the others are then found to come after it. */
function withoutRepeats<Done>(jobs: Job<Done>[]): { batch: Job<Done>[]; repeats: Job<Done>[] } {
  const seen = new Set<string>()
  const batch: Job<Done>[] = []
  const repeats: Job<Done>[] = []
  for (const job of jobs) {
    const key = keyOf(job.entry)
    ;(key !== null && seen.has(key) ? repeats : batch).push(job)
    if (key !== null) seen.add(key)
  }
  return { batch, repeats }
}
