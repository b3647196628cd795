import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../infra/config.js'
import type { ChatReply, ChatRequest } from './request.js'

const exposed = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed'].concat(
  ['Limit', 'Remaining', 'Reset'].map((name) => `X-RateLimit-${name}`),
)

/**
 * A preflight carries no credential, so it is answered for whatever origin some tenant allows. The request itself is
 * narrowed to its own tenant's origins once the caller is known.
 */
export async function enableCors(app: FastifyInstance, allows: (origin: string) => Promise<boolean>): Promise<void> {
  await app.register(cors, {
    origin: async (origin: string | undefined) => (origin && (await allows(origin)) ? origin : false),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: exposed,
    maxAge: 600,
    // Else an OPTIONS that is no preflight is refused in plain text, past the error filter.
    strictPreflight: false,
  })
}

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
