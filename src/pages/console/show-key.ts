import type { FastifyInstance } from 'fastify'
import { ChatError } from '../../contract/errors.js'
import type { ChatReply, ChatRequest } from '../../http/request.js'
import type { Config } from '../../infra/config.js'
import { sameSecret } from '../../tenants/secrets.js'
import { cookieOf } from './cookie.js'
import { isSameOrigin } from './same-origin.js'
import { openSession, type ConsoleSession } from './sealed-session.js'

const credentials = ['authorization', 'clientkey', 'x-internal-api-key']

/**
 * Puts the key of whoever is logged in to the console where the guards look for it, before they do: so the page calls
 * the ordinary routes, and may what its key may. A request without the page's CSRF token is as one without a cookie.
 * No cache on the way knows that a cookie was a credential, so it is told to keep no answer.
 */
export function showConsoleKey(app: FastifyInstance, config: Config): void {
  app.addHook('onRequest', (request: ChatRequest, reply: ChatReply, done) => {
    const csrfToken = request.headers['x-csrf-token']
    // All but the console's requests, which nothing is to make wait.
    if (typeof csrfToken !== 'string') return done()
    reply.header('cache-control', 'no-store')
    showFor(request, csrfToken, config).then(() => done(), done)
  })
}

async function showFor(request: ChatRequest, csrfToken: string, config: Config): Promise<void> {
  const session = await sessionOf(request, csrfToken, config)
  if (!session) return
  if (credentials.some((name) => request.headers[name] !== undefined)) {
    throw new ChatError('credentials_disagree', 'Send a credential, or the cookie of the console, but not both.')
  }
  show(request, session, config)
}

async function sessionOf(request: ChatRequest, csrfToken: string, config: Config): Promise<ConsoleSession | null> {
  const sealed = cookieOf(request)
  if (sealed === null || !isSameOrigin(request, config)) return null
  const session = await openSession(sealed, config)
  return session && sameSecret(csrfToken, session.csrfToken) ? session : null
}

/** `x-acting-user`: a user of the tenant, as behind the dot of a clientKey. */
function show({ headers }: ChatRequest, session: ConsoleSession, { ADMIN_KEY }: Config): void {
  if (session.kind === 'operator') {
    headers.authorization = `Bearer ${ADMIN_KEY}`
    return
  }
  const userId = headers['x-acting-user']
  headers['clientkey'] = userId === undefined ? session.apiToken : `${session.apiToken}.${String(userId)}`
}
