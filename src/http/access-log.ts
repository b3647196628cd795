import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../infra/metrics.js'
import type { ChatRequest } from './request.js'

/** One line and one figure for every answer: the route and not the address, for an address can hold a secret. */
export function logAnswers(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, session } = request as ChatRequest
    const route = routeOptions.url ?? 'unknown'
    const status = reply.statusCode
    const ms = Math.round(reply.elapsedTime * 10) / 10
    metrics.requests.observe({ method, route, status }, reply.elapsedTime / 1000)
    request.log.info({ tenant_id: session?.actor.tenantId, method, route, status, ms }, 'answered')
  })
}
