import { lookup } from 'node:dns/promises'
import { setTimeout } from 'node:timers/promises'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { OpenAPIObject } from '@nestjs/swagger'
import type { Logger } from 'pino'
import { AppModule } from './app.module.js'
import { BusHealth } from './contract/ports.js'
import { ChatIoAdapter } from './gateway/socketio.adapter.js'
import { SocketIoGateway } from './gateway/socketio.gateway.js'
import { turnAway } from './gateway/turning-away.js'
import { answerUpgrades } from './gateway/upgrades.js'
import { WsServer } from './gateway/ws.server.js'
import { httpAdapter, setUpHttp } from './http/setup.js'
import { openApi } from './http/swagger.js'
import { readTenantPaths } from './http/tenant-path.js'
import { loadConfig, type Config } from './infra/config.js'
import { migrate } from './infra/database/migrate.js'
import { makeLogger, NestLogger } from './infra/logger.js'
import { servePages } from './pages/serve.js'
import { TenantsService } from './tenants/tenants.service.js'

/** A service that listens, on a database that is up to date. `DATABASE_URL` must be set. */
export async function startApp(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  await migrate(config)
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), httpAdapter(config, logger), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  })
  const allowsOrigin = (origin: string): Promise<boolean> => app.get(TenantsService).isAllowedOrigin(origin)
  app.useWebSocketAdapter(new ChatIoAdapter(app, config, allowsOrigin))
  await setUpHttp(app)
  await servePages(app)
  await app.init()
  turnAway(app.getHttpServer(), (request) => app.get(SocketIoGateway).refusalOf(request))
  readTenantPaths(app.getHttpServer())
  await aMomentFor(app.get(BusHealth))
  await app.listen({ port: config.PORT, host: await oneHost(config), backlog: 4096 })
  answerUpgrades(app.getHttpServer(), app.get(WsServer))
  return app
}

/** A node that has not found Redis yet counts for itself, and lets in more than all nodes may together. */
async function aMomentFor(bus: BusHealth): Promise<void> {
  for (let tries = 0; bus.state === 'down' && tries < 20; tries++) await setTimeout(50)
}

/** At `localhost` Fastify would listen twice, and whoever listens to its server would hear of the requests of one. */
async function oneHost({ HOST }: Config): Promise<string> {
  return HOST === 'localhost' ? (await lookup(HOST)).address : HOST
}

/** The OpenAPI document of the service, without starting it. */
export async function describeApi(): Promise<OpenAPIObject> {
  const config = loadConfig({ DATABASE_URL: 'postgres://nowhere/none' }, false)
  const logger = makeLogger('silent')
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), httpAdapter(config, logger), {
    logger: false,
    preview: true,
  })
  return openApi(app)
}
