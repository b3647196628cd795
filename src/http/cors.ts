import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../infra/config.js'
import type { ChatReply, ChatRequest } from './request.js'

const exposed = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed'].concat(
  ['Limit', 'Remaining', 'Reset'].map((name) => `X-RateLimit-${name}`),
)

const options = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: exposed,
  maxAge: 600,
  // Else an OPTIONS that is no preflight is refused in plain text, past the error filter.
  strictPreflight: false,
}

/**
 * A preflight carries no credential, so it is answered for whatever origin some tenant allows. The request itself is
 * narrowed to its own tenant's origins once the caller is known. What our own pages ask needs nobody's leave, and no
 * database: they are there when it is away, too.
 */
export async function enableCors(app: FastifyInstance, allows: (origin: string) => Promise<boolean>): Promise<void> {
  const allowed = async (request: ChatRequest): Promise<string | false> => {
    const { origin } = request.headers
    const { cors } = request.routeOptions.config as { cors?: false }
    const isAsked = origin && cors !== false && !isFromHere(origin, request)
    return isAsked && (await allows(origin)) ? origin : false
  }
  const delegator = async (request: ChatRequest) => ({ ...options, origin: await allowed(request) })
  await app.register(cors, { delegator })
}

/** Browsers say an `Origin` with the scripts and styles of a page, though they are where the page is. */
const isFromHere = (origin: string, { headers, protocol, host }: ChatRequest): boolean =>
  headers['sec-fetch-site'] === 'same-origin' || origin === `${protocol}://${host}`

/** Takes back what the preflight allowed for another tenant's sake. */
export function narrowCors(request: ChatRequest, reply: ChatReply, allowed: string[], config: Config): void {
  const { origin, host } = request.headers
  const here = `${request.protocol}://${host}`
  if (!origin || allowed.includes(origin) || allowed.includes('*') || isOurs(origin, here, config)) return
  reply.removeHeader('access-control-allow-origin')
}

/** Is it where we are? `here`: what the request came to, as `https://chat.example.com`. */
export const isOurs = (origin: string, here: string, { PUBLIC_URL }: Config): boolean =>
  origin === here || (PUBLIC_URL !== '' && origin === new URL(PUBLIC_URL).origin)
