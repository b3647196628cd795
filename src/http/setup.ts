import helmet from '@fastify/helmet'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { LogController, type FastifyBaseLogger } from 'fastify'
import { v7 as uuid } from 'uuid'
import { ChatError } from '../contract/errors.js'
import { trustedProxies } from '../infra/client-address.js'
import { Config } from '../infra/config.js'
import { Metrics } from '../infra/metrics.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { logAnswers } from './access-log.js'
import { readJsonBodies } from './body.js'
import { enableCors } from './cors.js'
import { send } from './problem.filter.js'
import type { ChatReply, ChatRequest } from './request.js'
import { serveSwagger } from './swagger.js'

/** The longest that a path holds: the name of a stream, 128 code points of which each is written as four bytes. */
const maxParamLength = 128 * 4 * '%ff'.length

/** A caller's own request id is taken if it is harmless in a log. */
const requestId = (shown: unknown): string =>
  typeof shown === 'string' && /^[\w-]{1,64}$/.test(shown) ? shown : uuid()

export function httpAdapter(config: Config, logger: FastifyBaseLogger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: ({ headers }: { headers: Record<string, unknown> }) => requestId(headers['x-request-id']),
    bodyLimit: config.WS_MAX_PAYLOAD_BYTES,
    trustProxy: config.TRUST_PROXY ? trustedProxies(config) : false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength },
    frameworkErrors: refuseAddress,
  })
}

/** An address that Fastify cannot read fits no route, so it reaches neither hooks nor filter. */
function refuseAddress(_: Error, request: ChatRequest, reply: ChatReply): void {
  reply.header('X-Request-Id', request.id)
  send(new ChatError('bad_request', 'The address cannot be understood.'), request, reply)
}

/** What stands before the routes: bodies, headers, origins, log lines and the documents. */
export async function setUpHttp(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config)
  const fastify = app.getHttpAdapter().getInstance()
  readJsonBodies(fastify, config.WS_MAX_PAYLOAD_BYTES)
  logAnswers(fastify, app.get(Metrics))
  await enableCors(fastify, (origin) => app.get(TenantsService).isAllowedOrigin(origin))
  await fastify.register(helmet, { contentSecurityPolicy: { directives: contentSecurity }, hsts: config.production })
  serveSwagger(app)
}

/** Swagger's page sets styles by attribute; nothing else may come from anywhere but here. */
const contentSecurity = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  upgradeInsecureRequests: null,
}
