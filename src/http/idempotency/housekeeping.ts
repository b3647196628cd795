import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { IdempotencyRepository } from './idempotency.repository.js'

const hourMs = 3_600_000

/** Forgets, once an hour, the keys that nobody repeats any more. */
@Injectable()
export class Housekeeping implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('idempotency')
  private timer: NodeJS.Timeout

  constructor(private readonly keys: IdempotencyRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.keys.forgetOld().catch((error: unknown) => this.logger.error(error))
    }, hourMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }
}
