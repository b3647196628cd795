/** `/t/<tenant_id>` before a path says whose request it is. It goes before anybody else reads the path. */
import type { IncomingMessage, Server } from 'node:http'

const prefix = /^\/t\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?=[/?]|$)/i

const tenants = new WeakMap<IncomingMessage, string>()

/** Whom the path named; undefined if it named nobody. */
export const tenantOfPath = (request: IncomingMessage): string | undefined => tenants.get(request)

/** To be called when all others who listen to the server are there. */
export function readTenantPaths(server: Server): void {
  server.prependListener('request', shorten)
  server.prependListener('upgrade', shorten)
}

/** A prefix that names no UUID stays, and then there is no such path. */
function shorten(request: IncomingMessage): void {
  const match = prefix.exec(request.url ?? '')
  if (!match) return
  const rest = request.url!.slice(match[0].length)
  request.url = rest.startsWith('/') ? rest : `/${rest}`
  tenants.set(request, match[1]!.toLowerCase())
}
