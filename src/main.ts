import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { startApp } from './app.js'
import { banner } from './boot/banner.js'
import { demoTenant } from './boot/demo.js'
import { prepare, readSettings } from './boot/settings.js'
import { firstSignal, shutDownOn } from './boot/shutdown.js'
import { ConfigError, type Config } from './infra/config.js'
import { makeLogger } from './infra/logger.js'
import { Metrics } from './infra/metrics.js'
import { serveMetrics } from './infra/metrics-server.js'

/** Frames are cut from pieces of this size: one buffer each would cost the garbage collector more than all their bytes. */
Buffer.poolSize = 262_144

/** Boots one process. `--production`: no demo, and only with real secrets. */
async function main(): Promise<void> {
  const signal = firstSignal()
  const settings = readSettings(process.argv.includes('--production'))
  const logger = makeLogger(settings.LOG_LEVEL)
  const { config, postgres, madeUp } = await prepare(settings, (message) => logger.info(message))
  try {
    const app = await startApp(config, logger)
    if (config.METRICS_PORT) await serveMetrics(app.get(Metrics), config.METRICS_PORT)
    const chat = config.DEMO === 'on'
    const demo = postgres && !config.production && chat ? await demoTenant(app, config.DATA_DIR) : null
    const url = publicUrl(app, config)
    if (config.production) logger.info({ url }, 'running')
    else process.stdout.write(banner({ url, dataDir: config.DATA_DIR, chat, ...madeUp, demo }))
    void shutDownOn(signal, app, postgres, logger)
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

function publicUrl(app: NestFastifyApplication, { PUBLIC_URL, HOST }: Config): string {
  if (PUBLIC_URL) return PUBLIC_URL.replace(/\/$/, '')
  const { port } = app.getHttpServer().address() as { port: number }
  return `http://${['127.0.0.1', '0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST}:${port}`
}

function giveUp(error: Error & { code?: string }): void {
  const taken = error.code === 'EADDRINUSE' ? 'PORT is taken by another process: ' : ''
  const known = error instanceof ConfigError || taken || process.env['LOG_LEVEL'] !== 'debug'
  process.stderr.write(`Parley cannot start: ${taken}${known ? error.message : error.stack}\n`)
  process.exit(1)
}

main().catch(giveUp)
