import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from 'pino'
import { Config } from '../infra/config.js'
import type { EmbeddedPostgres } from '../infra/database/embedded/index.js'
import { Lifecycle } from '../infra/lifecycle.js'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** The first signal to end. It may come before there is anything to shut down: it is kept until then. */
export const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve)
  })

/** When the signal comes: says so, answers what is under way, ends the sockets, then PostgreSQL, then the process. */
export async function shutDownOn(
  coming: Promise<NodeJS.Signals>,
  app: NestFastifyApplication,
  postgres: EmbeddedPostgres | null,
  logger: Logger,
): Promise<void> {
  const signal = await coming
  logger.info({ signal }, 'shutting down')
  try {
    process.exit((await shutDown(app, postgres, logger)) ? 0 : 1)
  } catch (error) {
    logger.error(error, 'could not shut down in order')
    process.exit(1)
  }
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
