import type { LogState } from './log.js'
import type { OutgoingMessage } from './outbox.js'
import type { Member, Message, MyRoom } from './types.js'
import type { Typist } from './typing.js'

/** Stands in one list with one's own that are on their way, which alone have a `status`. */
export type ShownMessage = Message & { readonly status?: undefined }

/** All that a page shows of a room. A new one at each change; nothing in it is changed in place. */
export interface RoomSnapshot {
  /** `opening`: for the first time. `live`: all that was said is here. `behind`: something may be missing. `gone`: `error` says why. */
  readonly status: LogState['status']
  readonly error: LogState['error']
  readonly room: MyRoom | null
  /** By `seq`, without a gap, up to the newest. */
  readonly messages: readonly ShownMessage[]
  /** One's own that are not among them yet, in the order in which they were written. */
  readonly outgoing: readonly OutgoingMessage[]
  /** Is there anything before the first of `messages`? */
  readonly hasOlder: boolean
  readonly members: ReadonlyMap<string, Member>
  readonly typists: readonly Typist[]
  /** How many watch a livestream; null where nobody counts. */
  readonly viewers: number | null
}
