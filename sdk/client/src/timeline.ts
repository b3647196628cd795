/**
 * One room's messages as a client knows them: a window without a gap, which ends at the newest that was told. Pure: each
 * function gives a new timeline, or the same one where nothing changed.
 */
import type { Message, ReactionChange, RoomEvent, Tombstone } from './types.js'

export interface Timeline {
  /** In the order of `seq`, with no gap. */
  readonly messages: readonly Message[]
  /** All up to here was told, whether or not it is in the window. */
  readonly lastSeq: number
  /** All changes up to here were told, or are in the messages as they were told. */
  readonly lastRev: number
}

/** `gap`: something before it was missed; ask for what came after the timeline's end. */
export type Taken = { timeline: Timeline; gap: boolean }

export type TimelineEvent = Extract<
  RoomEvent,
  { name: 'new_message' | 'message_updated' | 'message_deleted' | 'reaction_added' | 'reaction_removed' }
>

export const emptyTimeline: Timeline = { messages: [], lastSeq: 0, lastRev: 0 }

const told = new Set<string>([
  'new_message',
  'message_updated',
  'message_deleted',
  'reaction_added',
  'reaction_removed',
] satisfies TimelineEvent['name'][])

export const isOfTimeline = (event: RoomEvent): event is TimelineEvent => told.has(event.name)

/** The newest page, and where the room stood before it was read. */
export function begun(page: readonly Message[], head: { last_seq: number; last_rev: number }): Timeline {
  return { messages: page, lastSeq: page.at(-1)?.seq ?? head.last_seq, lastRev: head.last_rev }
}

/** `by`: who uses this client, to know which reactions are theirs. */
export function withEvent(timeline: Timeline, event: TimelineEvent, by: string): Taken {
  switch (event.name) {
    case 'new_message':
      return withMessage(timeline, event.data)
    case 'message_updated':
      return withUpdate(timeline, event.data.message)
    case 'message_deleted':
      return withDeletion(timeline, event.data)
    default:
      return withReaction(timeline, event.data, event.name === 'reaction_added' && event.data.user_id === by, by)
  }
}

/** A message that was told: the next one, one that is known, or one after a gap, which is not taken. */
export function withMessage(timeline: Timeline, message: Message): Taken {
  const { messages, lastSeq, lastRev } = timeline
  if (message.seq <= lastSeq) return { timeline, gap: false }
  if (message.seq > lastSeq + 1) return { timeline, gap: true }
  const now = { messages: [...messages, message], lastSeq: message.seq, lastRev }
  return { timeline: message.rev === lastRev + 1 ? { ...now, lastRev: message.rev } : now, gap: false }
}

/** Messages of before the window, as they were read. */
export function withOlder(timeline: Timeline, page: readonly Message[]): Timeline {
  const first = firstSeq(timeline)
  const older = page.filter(({ seq }) => seq < first)
  return older.length ? { ...timeline, messages: [...older, ...timeline.messages] } : timeline
}

/** The message as it was read: unless what is known of it is newer. */
export function withRead(timeline: Timeline, message: Message): Timeline {
  const at = indexOf(timeline, message.seq)
  const known = timeline.messages[at]
  return known && known.rev <= message.rev ? replaced(timeline, at, message) : timeline
}

/** What was read, against what is known. */
export function isAsNew(timeline: Timeline, { seq, rev }: Message): boolean {
  return (timeline.messages[indexOf(timeline, seq)]?.rev ?? 0) <= rev
}

/** No more than so many, the newest. */
export const trimmed = (timeline: Timeline, most: number): Timeline =>
  timeline.messages.length > most ? { ...timeline, messages: timeline.messages.slice(-most) } : timeline

/** All changes up to `rev` were told, and those of `revs` beyond it as far as none is missing. */
export function toldUpTo(timeline: Timeline, rev: number, revs: Iterable<number>): Timeline {
  let lastRev = Math.max(timeline.lastRev, rev)
  for (const next of [...revs].sort((a, b) => a - b)) if (next === lastRev + 1) lastRev = next
  return lastRev > timeline.lastRev ? { ...timeline, lastRev } : timeline
}

export const firstSeq = ({ messages, lastSeq }: Timeline): number => messages[0]?.seq ?? lastSeq + 1

export const revOf = ({ name, data }: TimelineEvent): number => (name === 'message_updated' ? data.message : data).rev

const withUpdate = (timeline: Timeline, message: Message): Taken =>
  changed(timeline, message, (known) => ({ ...message, reactions: mineKept(known, message) }))

const withDeletion = (timeline: Timeline, { seq, rev, deleted_at }: Tombstone): Taken =>
  changed(timeline, { seq, rev }, (known) => ({ ...known, ...emptied, deleted_at }))

function withReaction(timeline: Timeline, change: ReactionChange, isMine: boolean, by: string): Taken {
  const { emoji, count, user_id } = change
  return changed(timeline, change, (known) => {
    const before = known.reactions.find((one) => one.emoji === emoji)
    const now = { emoji, count, mine: user_id === by ? isMine : (before?.mine ?? false) }
    const all = before ? known.reactions.map((one) => (one === before ? now : one)) : [...known.reactions, now]
    return { ...known, reactions: all.filter((one) => one.count > 0) }
  })
}

/** A change has the number after the last one. What is known of the message may be newer: it was read after that. */
function changed(timeline: Timeline, { seq, rev }: Numbered, to: (known: Message) => Message): Taken {
  const { lastSeq, lastRev } = timeline
  const gap = rev > lastRev + 1 || (rev > lastRev && seq > lastSeq)
  const counted = rev === lastRev + 1 && !gap ? { ...timeline, lastRev: rev } : timeline
  const at = indexOf(timeline, seq)
  const known = timeline.messages[at]
  return { timeline: known && known.rev < rev ? replaced(counted, at, { ...to(known), rev }) : counted, gap }
}

interface Numbered {
  seq: number
  rev: number
}

function replaced(timeline: Timeline, at: number, message: Message): Timeline {
  const messages = [...timeline.messages]
  messages[at] = message
  return { ...timeline, messages }
}

const indexOf = (timeline: Timeline, seq: number): number => seq - firstSeq(timeline)

/** An event is the same for everybody, and says not which reactions are one's own. */
const mineKept = (known: Message, { reactions }: Message): Message['reactions'] =>
  reactions.map((one) => ({ ...one, mine: known.reactions.some(({ emoji, mine }) => emoji === one.emoji && mine) }))

const emptied = { text_message: null, file_url: null, mentions: [], metadata: null, reactions: [], pinned: false }
