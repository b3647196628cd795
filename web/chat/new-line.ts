/** Where the line `New` stands in a room. Pure. */
import type { Message, RoomSnapshot } from '@parley/client'

export interface NewLine {
  /** Up to here somebody looked; null: not yet. */
  readonly seenTo: number | null
  /** The message that it stands before. */
  readonly newFrom: number | null
}

export const noLine: NewLine = { seenTo: null, newFrom: null }

/**
 * Before the first message of others that came while nobody looked. There it stays, until more came while nobody looked or
 * it is taken away.
 */
export function lineAfter(line: NewLine, room: RoomSnapshot, me: string, isWatched: boolean): NewLine {
  if (!room.room) return line
  const { seenTo, newFrom } = line.seenTo === null ? lineAtFirst(room, me) : line
  const last = room.messages.at(-1)?.seq ?? 0
  if (isWatched) return { seenTo: last, newFrom }
  const missed = firstAfter(room.messages, seenTo ?? 0, me)
  return { seenTo, newFrom: newFrom !== null && newFrom > (seenTo ?? 0) ? newFrom : (missed ?? newFrom) }
}

/** Who was here a moment ago knows how far they have read; who comes for the first time is told how much they have not. */
function lineAtFirst({ room, messages, members }: RoomSnapshot, me: string): NewLine {
  const read = members.get(me)?.last_read_seq ?? 0
  const newFrom = read === 0 ? firstUnread(messages, room?.unread ?? 0, me) : (firstAfter(messages, read, me) ?? null)
  return { seenTo: newFrom === null ? (messages.at(-1)?.seq ?? 0) : newFrom - 1, newFrom }
}

const firstAfter = (messages: readonly Message[], seq: number, me: string): number | undefined =>
  messages.find((message) => message.seq > seq && message.sender?.user_id !== me)?.seq

/** The first of the last so many messages of others; null if there is none. */
export function firstUnread(messages: readonly Message[], unread: number, me: string): number | null {
  const theirs = messages.filter(({ sender, deleted_at }) => sender?.user_id !== me && !deleted_at)
  return unread > 0 ? (theirs.at(-Math.min(unread, theirs.length))?.seq ?? null) : null
}
