/** Socket.IO's packets as they are on the wire, and what they mean. `#1` asks for an acknowledgement, or is it. */
import type { News } from './frame-log.js'

/** Engine.IO's, in the order of their digits. */
const outer = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop']

/** Socket.IO's. */
const inner = ['connect', 'disconnect', 'event', 'acknowledgement', 'connect_error']

export interface Packet {
  type: string
  data?: unknown
}

type Shown = Pick<News, 'name' | 'raw' | 'body' | 'isBeat'>

export function shownPacket({ type, data }: Packet): Shown {
  const text = typeof data === 'string' ? withoutTokens(data) : ''
  const raw = `${outer.indexOf(type)}${text}`
  if (type !== 'message') return { name: type, raw, body: jsonOf(text), isBeat: type === 'ping' || type === 'pong' }
  const [, digit, id, json] = /^(\d)(\d*)([^]*)$/.exec(text) ?? []
  const kind = inner[Number(digit)] ?? 'message'
  const body = jsonOf(json ?? '')
  if (kind === 'event' && Array.isArray(body)) {
    return { name: `${String(body[0])}${id && ` #${id}`}`, raw, body: body[1] }
  }
  if (kind === 'acknowledgement') return { name: `${kind} #${id}`, raw, body: Array.isArray(body) ? body[0] : body }
  return { name: kind, raw, body }
}

/** A log is copied and shown to others. */
export const withoutTokens = (raw: string): string => raw.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '…')

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
