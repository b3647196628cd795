import type { ErrorCode, Problem } from '../../contract/errors.js'
import type { ChatEvent } from '../../contract/events.js'

/** A call of a command, as a dialect read it from a frame. */
export interface Call {
  /** A name in `commands.ts`. */
  command: string
  payload: unknown
}

/** What a client asks: the event's name, its payload, and the number by which it wants an acknowledgement, if it does. */
export interface Asked {
  event: string | number
  payload: unknown
  id?: number | undefined
}

export type Reply = ({ ok: true } & object) | { ok: false; error: Problem }

/** A livestream, as those who hear of its room must know it. */
export interface Stream {
  roomId: string
  streamId: string
  streamerId: string
}

/** What the path of a plain WebSocket says. */
export interface Place {
  roomId: string
  /** Whose room it is. */
  stream?: Stream
}

/** Translates, and does nothing else: no state, no I/O, no rule. */
export interface Dialect {
  readonly name: string
  /** What a client asks by this event; null if the dialect has no such event. `place`: what its connection is about. */
  decode(event: string, payload: unknown, place?: Place): Call | null
  /** The frames that answer; none if what it brings about is the answer. */
  reply(reply: Reply, asked: Asked, place?: Place): string[]
  /** The frame that tells of a failure that no answer can tell of. */
  exception(problem: Problem): string
  /** The frame by which a client hears what happened; null if this dialect does not tell it. `stream`: whose room it is. */
  event(event: ChatEvent, stream?: Stream | null): string | null
  /** Whether the connection of whoever hears the room by it ends after this event, and why; `null`: all has been said. */
  ending?(event: ChatEvent): ErrorCode | null | undefined
}

/** A dialect of plain WebSockets, where a frame is JSON and nothing else. */
export interface PlainDialect extends Dialect {
  /** What a frame asks; null if it is not of this form. */
  read(frame: object): Asked | null
}
