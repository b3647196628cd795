/** Socket.IO's own text encoding of packets on the main namespace. */
import { jsonOf } from './json.js'
import type { Reply } from './dialect.js'

/** `2` is the packet type EVENT. */
export const packet = (name: string, payload: object): string => `2["${name}",${encoded(payload)}]`

/** `3` is the packet type ACK, with the number of the event that it is about. */
export const acknowledgement = (id: number, reply: Reply): string => `3${id}[${encoded(reply)}]`

/** The message in it is mostly what everybody is told, and encoded already. */
function encoded(payload: object): string {
  const { message, ...rest } = payload as { message?: unknown }
  if (typeof message !== 'object' || message === null) return jsonOf(payload)
  const others = JSON.stringify(rest).slice(1, -1)
  return `{${others && `${others},`}"message":${jsonOf(message)}}`
}
