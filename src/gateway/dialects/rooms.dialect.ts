/** `{event, data}` on `/chat/ws` and `/ws` (seed 002): any number of rooms, stored ones and such that are only names. */
import type { ChatEvent } from '../../contract/events.js'
import type { PlainDialect } from './dialect.js'
import { plainError } from './plain.js'

const frame = (event: string, data: object): string => JSON.stringify({ event, data })

export const roomsDialect: PlainDialect = {
  name: 'rooms',

  read({ event, data }: { event?: unknown; data?: unknown }) {
    return typeof event === 'string' ? { event, payload: data } : null
  },

  decode: () => null,

  reply: (reply) => (reply.ok ? [] : [frame('error', plainError(reply.error))]),

  exception: (problem) => frame('error', plainError(problem)),

  event(_: ChatEvent) {
    return null
  },
}
