import { setTimeout } from 'node:timers/promises'
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { atLeisure } from '../infra/at-leisure.js'
import { Config } from '../infra/config.js'
import { SearchFillerRepository } from './search-filler.repository.js'

const atOnce = 500
const retryMs = 10_000

/**
 * Gives their words to messages that were stored before there was a search, the newest of a tenant first, in small batches
 * beside what goes on. Once that is done, it is a look at an empty index now and then: a node that is older than the search
 * may still be storing messages.
 */
@Injectable()
export class SearchFiller implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('search')
  private working: Promise<number> | null = null
  private stopped = false
  private timer: NodeJS.Timeout

  constructor(
    private readonly messages: SearchFillerRepository,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    void this.fill()
    this.timer = setInterval(() => void this.fill(), this.config.RETENTION_INTERVAL_MS).unref()
  }

  /** Ends after the batch that is under way: the next start finds what is left. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true
    clearInterval(this.timer)
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

  private async next(): Promise<number> {
    const filled = await atLeisure(() => this.messages.fill(atOnce)).catch((error: unknown) => this.failed(error))
    return filled ?? this.next()
  }

  private async failed(error: unknown): Promise<number | null> {
    if (this.stopped) return 0
    this.logger.warn(error)
    await setTimeout(retryMs, undefined, { ref: false })
    return this.stopped ? 0 : null
  }
}
