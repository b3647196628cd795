import { setTimeout } from 'node:timers/promises'
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { SearchFillerRepository } from './search-filler.repository.js'

const atOnce = 500
const retryMs = 10_000

/**
 * Gives their words to messages that were stored before there was a search, the newest of a tenant first, in small batches
 * beside what goes on. Once that is done, it is one look at an empty index at every start.
 */
@Injectable()
export class SearchFiller implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('search')
  private working: Promise<number> | null = null
  private stopped = false

  constructor(private readonly messages: SearchFillerRepository) {}

  onApplicationBootstrap(): void {
    void this.fill()
  }

  /** Ends after the batch that is under way: the next start finds what is left. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true
    await this.working
  }

  /** Answers how many got their words. */
  fill(): Promise<number> {
    this.working ??= this.work().finally(() => (this.working = null))
    return this.working
  }

  private async work(): Promise<number> {
    let filled = 0
    for (let batch = atOnce; batch > 0 && !this.stopped; filled += batch) batch = await this.next()
    if (filled) this.logger.log(`${filled} messages can be found by their words now`)
    return filled
  }

  /** Rests for as long as the work took. */
  private async next(): Promise<number> {
    const beganMs = performance.now()
    const filled = await this.messages.fill(atOnce).catch((error: unknown) => this.failed(error))
    if (filled && !this.stopped) await setTimeout(performance.now() - beganMs)
    return filled ?? this.next()
  }

  private async failed(error: unknown): Promise<number | null> {
    if (this.stopped) return 0
    this.logger.warn(error)
    await setTimeout(retryMs, undefined, { ref: false })
    return this.stopped ? 0 : null
  }
}
