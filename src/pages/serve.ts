import { existsSync } from 'node:fs'
import serveStatic from '@fastify/static'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { ChatReply, ChatRequest } from '../http/request.js'
import { tenantOfPath } from '../http/tenant-path.js'
import { Config } from '../infra/config.js'
import { built, pages, pageWith, type Page } from './built.js'
import { showConsoleKey } from './console/show-key.js'
import { newNonce, pageHeaders } from './policy.js'

/** What people open: the chat page, the console, and the script that other people's pages load. */
export async function servePages(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config)
  const fastify = app.getHttpAdapter().getInstance()
  const on = pages.filter((page) => page !== 'demo' || config.DEMO === 'on')
  showConsoleKey(fastify, config)
  fastify.get('/', (request, reply) => sendHome(on[0] === 'demo' ? '/demo' : '/docs', request, reply))
  for (const page of on) {
    for (const path of [`/${page}`, `/${page}/`]) fastify.get(path, (_, reply) => sendPage(page, reply))
  }
  if (!existsSync(built)) return
  await fastify.register(serveStatic, { ...files, root: `${built}/assets`, immutable: true, maxAge: '1y' })
  fastify.get('/widget.js', { config: { cors: false } }, (_, reply) =>
    reply.headers(forOthers).sendFile('widget.js', built, widget),
  )
}

/** Whole files, as they are or as they were compressed when they were built. */
const files = { prefix: '/web/assets/', index: false, acceptRanges: false, preCompressed: true } as const

/** It keeps its name: a new one is to be there soon. */
const widget = { immutable: false, maxAge: '5m' } as const

/** Every page may have it: no tenant is asked. */
const forOthers = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }

/** No page is one tenant's. */
function sendHome(path: string, request: ChatRequest, reply: ChatReply): unknown {
  return tenantOfPath(request.raw) ? reply.callNotFound() : reply.redirect(path)
}

async function sendPage(page: Page, reply: ChatReply): Promise<unknown> {
  const nonce = newNonce()
  const html = await pageWith(nonce, page)
  if (html === null) return reply.callNotFound()
  return reply.headers(pageHeaders(page, nonce)).send(html)
}
