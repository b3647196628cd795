import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Operator } from '../contract/actor.js'
import type { Credentials, Session } from '../contract/session.js'
import { tenantOfPath } from './tenant-path.js'

/** What the guard leaves behind for decorators, filters and log lines. */
export interface ChatRequest extends FastifyRequest {
  session?: Session
  operator?: Operator
}

export type ChatReply = FastifyReply

/** One header that may be sent only once; Node joins repeated ones by a comma. */
const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join() : value

export function credentialsOf({ headers, raw }: ChatRequest): Credentials {
  return { clientKey: single(headers['clientkey']), bearer: bearerOf(headers), tenantId: tenantOfPath(raw) }
}

/** `x-internal-api-key`, which is a credential of the internal endpoints alone. */
export const internalKeyOf = ({ headers }: ChatRequest): string | undefined => single(headers['x-internal-api-key'])

/** The token of an `Authorization: Bearer` header; undefined if there is none, and "" for another scheme. */
export function bearerOf({ authorization }: ChatRequest['headers']): string | undefined {
  if (authorization === undefined) return undefined
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}
