import { setImmediate, setTimeout } from 'node:timers/promises'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from 'pino'
import { Departures } from '../gateway/departures.service.js'
import { Lingering } from '../gateway/lingering.js'
import { Config } from '../infra/config.js'
import { Database } from '../infra/database/database.js'
import type { EmbeddedPostgres } from '../infra/database/embedded/index.js'
import { Lifecycle } from '../infra/lifecycle.js'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** How much of the time goes by before the database is not waited for any more. */
const patience = 0.75

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
  const { SHUTDOWN_TIMEOUT_MS } = app.get(Config)
  const abandoning = setTimeout(SHUTDOWN_TIMEOUT_MS * patience, undefined, { ref: false })
  void abandoning.then(() => app.get(Database).abandon())
  const closed = close(app).then(() => true)
  const clean = await Promise.race([closed, setTimeout(SHUTDOWN_TIMEOUT_MS, false, { ref: false })])
  if (!clean) logger.warn('some requests had not ended in time')
  await postgres?.stop()
  logger.info('stopped')
  return clean
}

/** Nobody new is taken, then the sockets are sent away, then the last requests are answered and the port is closed. */
async function close(app: NestFastifyApplication): Promise<void> {
  const [config, lifecycle] = [app.get(Config), app.get(Lifecycle)]
  lifecycle.phase = 'draining'
  app.get(Lingering).keepNone()
  if (isWatched(config)) await setTimeout(config.DRAIN_MS)
  await app.get(Departures).sendAway()
  lifecycle.phase = 'ending'
  if (isWatched(config)) await closePort(app)
  await app.close()
}

/**
 * In a moment in which everybody who came was let in, and what they asked was read. Whoever comes later is refused before
 * they have asked anything, and a proxy asks another node: what was sent to a node, and was lost, it may not send again.
 */
async function closePort(app: NestFastifyApplication): Promise<void> {
  await setImmediate()
  app.getHttpServer().close()
}

/** Is there a proxy, which is to find out that nobody is to be sent here any more? */
const isWatched = ({ TRUST_PROXY, REDIS_URL }: Config): boolean => TRUST_PROXY !== '' || REDIS_URL !== ''
