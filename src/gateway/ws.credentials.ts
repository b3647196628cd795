import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import { tenantOfPath } from '../http/tenant-path.js'
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

/** The first cookie of that name: no other page can set one before it. */
function cookieOf(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [, value] = /^\s*access_token\s*=\s*"?([^"]*)"?\s*$/.exec(pair) ?? []
    if (value) return value
  }
  return undefined
}

/**
 * A browser sends a cookie whatever page asks. So if it says which page that is, it must be one of ours or of the
 * tenant's; who says none is no browser. Throws `origin_not_allowed`.
 */
export function requireOrigin({ headers }: IncomingMessage, { allowedOrigins }: Session, { PUBLIC_URL }: Config): void {
  const { origin, host } = headers
  if (headers.cookie === undefined || cookieOf(headers.cookie) === undefined || origin === undefined) return
  const isAllowed = allowedOrigins.includes(origin) || allowedOrigins.includes('*')
  const isOurs = hostOf(origin) === host || (PUBLIC_URL !== '' && origin === new URL(PUBLIC_URL).origin)
  if (!isAllowed && !isOurs) {
    throw new ChatError(
      'origin_not_allowed',
      'Pages of this origin may not use the cookie: the tenant does not name it.',
    )
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null)
