import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import { isOurs } from '../http/cors.js'
import { tenantOfPath } from '../http/tenant-path.js'
import type { IsProxy } from '../infra/client-address.js'
import type { Config } from '../infra/config.js'

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join() : value

/** Node reads a header byte by byte; who names people of all languages writes UTF-8. What is none stays as it is. */
function asText(value: string | undefined): string | undefined {
  const bytes = Buffer.from(value ?? '', 'latin1')
  return value !== undefined && isUtf8(bytes) ? bytes.toString() : value
}

/** What whoever opens a plain WebSocket shows. A token in the query is never logged, nor kept. */
export function credentialsOf(request: IncomingMessage, { searchParams }: URL): Credentials {
  const { headers } = request
  return {
    clientKey: single(headers['clientkey']),
    bearer: headers.authorization?.replace(/^Bearer +/i, ''),
    token: searchParams.get('token') ?? undefined,
    cookie: cookieOf(headers.cookie),
    internalKey: single(headers['x-internal-api-key']),
    onBehalfOf: asText(single(headers['x-user-id'])),
    tenantId: tenantOfPath(request),
  }
}

/** Was nothing shown by which anybody could be known? */
export const isNobody = ({ tenantId: _, onBehalfOf: __, ...shown }: Credentials): boolean =>
  Object.values(shown).every((one) => one === undefined)

/** Three parts in base64url: what else has the cookie's name is another application's of the same host. */
const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** The JWT in the cookie. A page of a host beside ours can add another one, before it or after it: then it is neither. */
function cookieOf(header: string | undefined): string | undefined {
  const found = new Set<string>()
  for (const pair of header?.split(';') ?? []) {
    const [, value] = /^\s*access_token\s*=\s*"?([^"]*?)"?\s*$/.exec(pair) ?? []
    if (value && jwtForm.test(value)) found.add(value)
  }
  if (found.size > 1) throw new ChatError('credentials_disagree', 'There are several cookies access_token.')
  return [...found][0]
}

/**
 * A browser sends a cookie whatever page asks. So if it says which page that is, it must be one of ours or one that the
 * tenant names: `*` is none. Who says none is no browser. Throws `origin_not_allowed`.
 */
export function requireOrigin(
  request: IncomingMessage,
  { allowedOrigins }: Session,
  config: Config,
  isProxy: IsProxy,
): void {
  const { origin, cookie } = request.headers
  if (cookieOf(cookie) === undefined || origin === undefined) return
  const isNamed = origin !== '*' && allowedOrigins.includes(origin)
  if (isNamed || isOurs(origin, hereOf(request, isProxy), config)) return
  throw new ChatError('origin_not_allowed', 'Pages of this origin may not use the cookie: the tenant does not name it.')
}

/** Where the request came to, as its page knows it: the scheme is what a proxy of ours says. */
function hereOf({ headers, socket }: IncomingMessage, isProxy: IsProxy): string {
  const told = isProxy(socket.remoteAddress ?? '', 0) ? single(headers['x-forwarded-proto']) : undefined
  return `${told?.split(',').at(-1)?.trim() || 'http'}://${headers.host}`
}
