/** Where a client finds the socket of a stream: right behind whatever stands before the service. */

/** How the outside sees the service, as its base: `https://chat.example.com/parley`. */
export interface Seen {
  protocol: string
  host: string
  /** The path before every path, as a proxy says it. */
  prefix: string | undefined
}

/** `tenantId`: of whose tokens do not name it, so that the path must. */
export function wsUrl(base: string, streamId: string, tenantId: string | null): string {
  const scheme = base.startsWith('https:') ? 'wss' : 'ws'
  const tenant = tenantId === null ? '' : `/t/${tenantId}`
  const { host, pathname } = new URL(base)
  return `${scheme}://${host}${bare(pathname)}${tenant}/ws/chat/${encodeURIComponent(streamId)}`
}

export const baseOf = ({ protocol, host, prefix = '' }: Seen): string => `${protocol}://${host}${pathOf(prefix)}`

const bare = (path: string): string => path.replace(/\/+$/, '')

/** What is no path is left out: it comes from a header. */
const pathOf = (prefix: string): string => (/^(\/[\w.~%-]+)+\/?$/.test(prefix) ? bare(prefix) : '')
