/** Socket.IO's own text encoding of packets on the main namespace. */
import { jsonOf } from './json.js'
import type { Reply } from './dialect.js'

/** `2` is the packet type EVENT. */
export const packet = (name: string, json: string): string => `2["${name}",${json}]`

/** `3` is the packet type ACK, with the number of the event that it is about. */
export const acknowledgement = (id: number, reply: Reply): string => `3${id}[${answer(reply)}]`

/** The message in it is mostly what everybody is told, and encoded already. */
function answer({ message, ...rest }: Reply & { message?: object }): string {
  const json = JSON.stringify(rest)
  return message ? `${json.slice(0, -1)},"message":${jsonOf(message)}}` : json
}
