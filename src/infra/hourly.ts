import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'

const hourMs = 3_600_000

/** Something that is done once an hour as long as the service runs. What fails is tried again in the next hour. */
export abstract class Hourly implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout

  /** `context`: as what a failure is logged. */
  protected constructor(
    private readonly context: string,
    private readonly work: () => Promise<void>,
  ) {}

  onModuleInit(): void {
    const logger = new Logger(this.context)
    this.timer = setInterval(() => {
      this.work().catch((error: unknown) => logger.error(error))
    }, hourMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }
}
