import type { ChatEvent } from '../../contract/events.js'

/** A call of a command, as a dialect read it from a frame. */
export interface Call {
  /** A name in `commands.ts`. */
  command: string
  payload: unknown
}

/** Translates, and does nothing else: no state, no I/O, no rule. */
export interface Dialect {
  readonly name: string
  /** What a client asks by this event; null if the dialect has no such event. */
  decode(event: string, payload: unknown): Call | null
  /** The frame that answers the event with this number. */
  reply(reply: object, id: number): string
  /** The frame that tells of a failure that no answer can tell of. */
  exception(problem: object): string
  /** The frame by which a client hears what happened; null if this dialect does not tell it. */
  event(event: ChatEvent): string | null
}
