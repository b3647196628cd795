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
  /** Is it a livestream's room? */
  is_crowd: boolean
  /** Were its messages read? */
  is_read: boolean
  after_seq: number
  after_rev: number
  /** Is its text left out, since all together was too much? */
  is_cut: boolean
}

/** What one reader missed in one room. */
export interface MissedInRoom extends Missed {
  /** Where the room stands. */
  head: Position
  firstSeq: number
  isMember: boolean
  isCrowd: boolean
}

/** `rows` are those of one room, of which up to `limit` + 1 were read of messages and of changes each. */
export function toMissed(rows: MissedRow[], limit: number): MissedInRoom {
  const { head_seq, head_rev, first_seq, is_member, is_crowd, is_read, after_seq, after_rev } = rows[0]!
  const read = rows.filter((row) => row.message_id !== null)
  const messages = told(
    read.filter((row) => row.seq > after_seq).sort((a, b) => a.seq - b.seq),
    limit,
  )
  const changes = told(
    read.filter((row) => row.seq <= after_seq).sort((a, b) => a.rev - b.rev),
    limit,
  )
  return {
    events: [...messages.rows.map(toCreated), ...changes.rows.map(toChanged)],
    position: {
      seq: messages.isAll ? head_seq : (messages.rows.at(-1)?.seq ?? after_seq),
      rev: changes.isAll ? head_rev : (changes.rows.at(-1)?.rev ?? after_rev),
    },
    complete: is_member && is_read && messages.isAll && changes.isAll,
    head: { seq: head_seq, rev: head_rev },
    firstSeq: first_seq,
    isMember: is_member,
    isCrowd: is_crowd,
  }
}

/** What of them is told, and whether that is all. */
function told(rows: MissedRow[], limit: number): { rows: MissedRow[]; isAll: boolean } {
  const whole = rows.slice(0, limit).filter((row) => !row.is_cut)
  return { rows: whole, isAll: whole.length === rows.length }
}

const toCreated = (row: MessageRow): ChatEvent => ({ type: 'message.created', message: toMessageView(row) })

const toChanged = (row: MessageRow): ChatEvent => changeEvent(toMessageView(row))
