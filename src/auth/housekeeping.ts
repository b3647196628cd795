import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { AccountsRepository } from './accounts.repository.js'

const hourMs = 3_600_000

/** Forgets, once an hour, that tokens were revoked which ran out an hour ago. */
@Injectable()
export class RevokedHousekeeping implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('auth')
  private timer: NodeJS.Timeout

  constructor(private readonly accounts: AccountsRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.accounts.forgetRevoked().catch((error: unknown) => this.logger.error(error))
    }, hourMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }
}
