import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from 'pino'
import { Config } from '../infra/config.js'
import type { EmbeddedPostgres } from '../infra/database/embedded/index.js'
import { Lifecycle } from '../infra/lifecycle.js'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** At the first signal: says so, answers what is under way, ends the sockets, then PostgreSQL, then the process. */
export function shutDownOnSignal(app: NestFastifyApplication, postgres: EmbeddedPostgres | null, logger: Logger): void {
  let begun = false
  const begin = (signal: string): void => {
    if (begun) return
    begun = true
    logger.info({ signal }, 'shutting down')
    shutDown(app, postgres, logger).then(
      (clean) => process.exit(clean ? 0 : 1),
      (error: unknown) => {
        logger.error(error, 'could not shut down in order')
        process.exit(1)
      },
    )
  }
  for (const signal of signals) process.on(signal, begin)
}

/** False if something was still under way when the time was up. */
async function shutDown(
  app: NestFastifyApplication,
  postgres: EmbeddedPostgres | null,
  logger: Logger,
): Promise<boolean> {
  app.get(Lifecycle).draining = true
  const closed = app.close().then(() => true)
  const clean = await Promise.race([closed, after(app.get(Config).SHUTDOWN_TIMEOUT_MS)])
  if (!clean) logger.warn('some requests had not ended in time')
  await postgres?.stop()
  logger.info('stopped')
  return clean
}

const after = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(resolve, ms, false).unref())
