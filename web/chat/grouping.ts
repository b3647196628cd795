/** Which messages stand together, and where a line is drawn between them. Pure. */
import type { Member, Message } from '@parley/client'

/** What one person says within so long stands under one name. */
const togetherMs = 5 * 60_000
/** Messages that React looks at together: what happens in one block leaves the others alone. */
const blockSize = 50

interface Said {
  sender: { user_id: string } | null
  created_at: string
}

export const isSameDay = (one: Said, other: Said): boolean =>
  new Date(one.created_at).toDateString() === new Date(other.created_at).toDateString()

/** Does the next one stand under the same name? */
export const isTogether = (one: Said | undefined, next: Said | undefined): boolean =>
  one?.sender !== undefined &&
  next !== undefined &&
  one.sender?.user_id === next.sender?.user_id &&
  one.sender !== null &&
  isSameDay(one, next) &&
  Date.parse(next.created_at) - Date.parse(one.created_at) < togetherMs

/** A run of messages, always cut at the same places, whatever comes before or behind. */
export function blocksOf(messages: readonly Message[]): { key: number; messages: readonly Message[] }[] {
  const blocks: { key: number; messages: Message[] }[] = []
  for (const message of messages) {
    const key = Math.floor(message.seq / blockSize)
    if (blocks.at(-1)?.key !== key) blocks.push({ key, messages: [] })
    blocks.at(-1)!.messages.push(message)
  }
  return blocks
}

/** Who has read up to which message, but for oneself and who wrote it. */
export function readersOf(
  members: ReadonlyMap<string, Member>,
  messages: readonly Message[],
  me: string,
): ReadonlyMap<number, readonly Member[]> {
  const bySeq = new Map<number, Member[]>()
  const first = messages[0]?.seq ?? Infinity
  for (const member of members.values()) {
    const seq = member.last_read_seq
    if (member.user_id === me || seq < first) continue
    if (messages[seq - first]?.sender?.user_id === member.user_id) continue
    bySeq.set(seq, [...(bySeq.get(seq) ?? []), member])
  }
  return bySeq
}

/** Compared one by one. */
export const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at])
