import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { Config } from '../infra/config.js'
import { ErasingService } from './erasing.service.js'

/** Goes on with erasures that were broken off: at the start, and now and then. */
@Injectable()
export class ErasingHousekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('erasing')
  private timer: NodeJS.Timeout

  constructor(
    private readonly erasing: ErasingService,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.resume()
    this.timer = setInterval(() => this.resume(), this.config.RETENTION_INTERVAL_MS).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private resume(): void {
    this.erasing.resume().catch((error: unknown) => this.logger.error(error))
  }
}
