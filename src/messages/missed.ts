import { changeEvent, type ChatEvent, type Position } from '../contract/events.js'
import type { Missed } from '../contract/ports.js'
import { toMessageView, type MessageRow } from './messages.dto.js'

/** What `missed` in `messages.sql.ts` answers: a room, and one message of it or none. */
export interface MissedRow extends MessageRow {
  place: number
  head_seq: number
  head_rev: number
  first_seq: number
  is_member: boolean
  /** Were its messages read? */
  is_read: boolean
  after_seq: number
}

/** What one reader missed in one room. */
export interface MissedInRoom extends Missed {
  /** Where the room stands. */
  head: Position
  firstSeq: number
  isMember: boolean
}

/** `rows` are those of one room, of which up to `limit` + 1 were read of messages and of changes each. */
export function toMissed(rows: MissedRow[], limit: number): MissedInRoom {
  const { head_seq, head_rev, first_seq, is_member, is_read, after_seq } = rows[0]!
  const read = rows.filter((row) => row.message_id !== null)
  const messages = read.filter((row) => row.seq > after_seq).sort((a, b) => a.seq - b.seq)
  const changes = read.filter((row) => row.seq <= after_seq).sort((a, b) => a.rev - b.rev)
  const head = { seq: head_seq, rev: head_rev }
  const isRest = (rows: MessageRow[]): boolean => rows.length > limit
  return {
    events: [...messages.slice(0, limit).map(toCreated), ...changes.slice(0, limit).map(toChanged)],
    position: {
      seq: isRest(messages) ? messages[limit - 1]!.seq : head.seq,
      rev: isRest(changes) ? changes[limit - 1]!.rev : head.rev,
    },
    complete: is_member && is_read && !isRest(messages) && !isRest(changes),
    head,
    firstSeq: first_seq,
    isMember: is_member,
  }
}

const toCreated = (row: MessageRow): ChatEvent => ({ type: 'message.created', message: toMessageView(row) })

const toChanged = (row: MessageRow): ChatEvent => changeEvent(toMessageView(row))
