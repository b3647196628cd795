/** The documented frames, filled in with what the page knows, to be sent or changed and sent. */
import type { WireName } from './documented.js'
import { documented } from './generated/frames.js'

/** What stands for the examples of the documents. */
export interface Known {
  room: string
  stream: string
  userName: string
  token: string
  /** The last message that was heard. */
  message: string | null
  /** Of this send. */
  ownId: string
}

const filling: Record<string, (known: Known) => unknown> = {
  room_id: ({ room }) => room,
  roomId: ({ room }) => room,
  streamId: ({ stream }) => stream,
  message_id: ({ message }) => message ?? undefined,
  username: ({ userName }) => userName,
  token: ({ token }) => token,
  client_message_id: ({ ownId }) => ownId,
}

/** Each field by its name, however deep. What nobody knows yet stays as the example is. */
export function filled(body: unknown, known: Known): unknown {
  if (Array.isArray(body)) return body.map((part) => filled(part, known))
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, filling[name]?.(known) ?? filled(value, known)]),
  )
}

export const aboutOf = (wire: WireName) => documented[wire]
