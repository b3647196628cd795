/**
 * One room's messages as a client knows them: a window without a gap, which ends at the newest that was told. Pure: each
 * function gives a new timeline, or the same one where nothing changed.
 */
import type { Message, ReactionChange, Tombstone } from './types.js'

export interface Timeline {
  /** In the order of `seq`, with no gap. */
  readonly messages: readonly Message[]
  /** All up to here was told, whether or not it is in the window. */
  readonly lastSeq: number
  /** All changes up to here were told, or are in the messages as they were told. */
  readonly lastRev: number
}

/** `gap`: something before it was missed, and nothing was taken; ask for what came after the timeline's end. */
export type Taken = { timeline: Timeline; gap: boolean }

export const emptyTimeline: Timeline = { messages: [], lastSeq: 0, lastRev: 0 }

/** The newest page, and where the room stood before it was read. */
export function begun(page: readonly Message[], head: { last_seq: number; last_rev: number }): Timeline {
  return { messages: page, lastSeq: page.at(-1)?.seq ?? head.last_seq, lastRev: head.last_rev }
}

/** A message that was told: the next one, one that is known, or one after a gap. */
export function withMessage(timeline: Timeline, message: Message): Taken {
  if (message.seq <= timeline.lastSeq) return { timeline, gap: false }
  if (message.seq > timeline.lastSeq + 1) return { timeline, gap: true }
  return { timeline: { ...timeline, messages: [...timeline.messages, message], lastSeq: message.seq }, gap: false }
}

/** Messages of before the window, as they were read. */
export function withOlder(timeline: Timeline, page: readonly Message[]): Timeline {
  const first = timeline.messages[0]?.seq ?? timeline.lastSeq + 1
  const older = page.filter(({ seq }) => seq < first)
  return older.length ? { ...timeline, messages: [...older, ...timeline.messages] } : timeline
}

export const withUpdate = (timeline: Timeline, message: Message): Taken =>
  changed(timeline, message, (known) => ({ ...message, reactions: mineKept(known, message) }))

export const withDeletion = (timeline: Timeline, { seq, rev, deleted_at }: Tombstone): Taken =>
  changed(timeline, { seq, rev }, (known) => ({ ...known, ...emptied, deleted_at }))

/** `by`: who uses this client, to know which reactions are theirs. */
export function withReaction(timeline: Timeline, change: ReactionChange, added: boolean, by: string): Taken {
  const { emoji, count, user_id } = change
  return changed(timeline, change, (known) => {
    const before = known.reactions.find((one) => one.emoji === emoji)
    const mine = user_id === by ? added : (before?.mine ?? false)
    const now = { emoji, count, mine }
    const all = before ? known.reactions.map((one) => (one === before ? now : one)) : [...known.reactions, now]
    return { ...known, reactions: all.filter((one) => one.count > 0) }
  })
}

/** All up to there was told: what was missed brought its changes with it. */
export function told(timeline: Timeline, lastRev: number): Timeline {
  return lastRev > timeline.lastRev ? { ...timeline, lastRev } : timeline
}

/** A change has the number after the last one. What is known of the message may be newer: it was read after that. */
function changed(
  timeline: Timeline,
  { seq, rev }: { seq: number; rev: number },
  to: (known: Message) => Message,
): Taken {
  if (rev <= timeline.lastRev) return { timeline, gap: false }
  const gap = rev > timeline.lastRev + 1
  const at = indexOf(timeline, seq)
  const known = timeline.messages[at]
  const lastRev = gap ? timeline.lastRev : rev
  if (!known || known.rev >= rev) return { timeline: { ...timeline, lastRev }, gap }
  const messages = [...timeline.messages]
  messages[at] = { ...to(known), rev }
  return { timeline: { ...timeline, messages, lastRev }, gap }
}

const indexOf = ({ messages }: Timeline, seq: number): number => seq - (messages[0]?.seq ?? seq + 1)

/** An event is the same for everybody, and says not which reactions are one's own. */
const mineKept = (known: Message, { reactions }: Message): Message['reactions'] =>
  reactions.map((one) => ({ ...one, mine: known.reactions.some(({ emoji, mine }) => emoji === one.emoji && mine) }))

const emptied = { text_message: null, file_url: null, mentions: [], metadata: null, reactions: [], pinned: false }
