import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { atLeisure } from '../infra/at-leisure.js'
import { Config } from '../infra/config.js'
import { RetentionRepository, type AgedRoom } from './retention.repository.js'

/**
 * Deletes what is older than its tenant keeps messages, in small batches that hold up no send: first the room says in a
 * statement of its own that its history begins later, then what is before that goes. Any number of nodes may do it at
 * once.
 */
@Injectable()
export class Retention implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('retention')
  private timer: NodeJS.Timeout
  private passing: Promise<number> | null = null
  private stopped = false

  constructor(
    private readonly log: RetentionRepository,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.pass().catch((error: unknown) => this.logger.error(error))
    }, this.config.RETENTION_INTERVAL_MS).unref()
  }

  /** Ends after the batch that is under way: the next pass finds what is left. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true
    clearInterval(this.timer)
    await this.passing?.catch(() => undefined)
  }

  /** Goes through all rooms once, and answers how many messages were deleted. Asked again meanwhile, it is the same pass. */
  pass(): Promise<number> {
    this.passing ??= this.work().finally(() => (this.passing = null))
    return this.passing
  }

  private async work(): Promise<number> {
    let deleted = 0
    for (const tenantId of await this.log.tenants()) {
      for await (const room of this.dueRooms(tenantId)) deleted += await this.trim(tenantId, room)
    }
    if (deleted) this.logger.log(`deleted ${deleted} messages that were older than their tenants keep them`)
    return deleted
  }

  private async *dueRooms(tenantId: string): AsyncGenerator<AgedRoom> {
    let page: AgedRoom[] = []
    do {
      page = await atLeisure(() => this.log.rooms(tenantId, page.at(-1)?.room_id))
      yield* page.filter(({ due }) => due)
    } while (page.length && !this.stopped)
  }

  private async trim(tenantId: string, { room_id, first_seq }: AgedRoom): Promise<number> {
    let deleted = 0
    for (let from: number | null = first_seq; from !== null && !this.stopped;) {
      const firstSeq: number = from
      deleted += await atLeisure(() => this.log.deleteBelow(tenantId, room_id, firstSeq))
      from = await this.log.raise(tenantId, room_id, firstSeq)
    }
    return deleted
  }
}
