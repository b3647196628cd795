/** Pages of history against what was acknowledged before they were asked for. */
import type { Change, Log, Picture, Read } from './log.js'
import { violations, type Violation } from './violation.js'

/** A message that is stored, and when it was first acknowledged. */
interface Acknowledged {
  at: number
  message: Picture
}

export function checkReads({ reads, sends, changes }: Log, history: Picture[]): Violation[] {
  const stored = new Map(history.map((message) => [message.message_id, message]))
  const acknowledged = sends.flatMap(({ answer }): Acknowledged[] => {
    const message = answer?.is === 'acknowledged' ? stored.get(answer.message_id) : undefined
    return message ? [{ at: answer!.at, message }] : []
  })
  return reads.flatMap((read) => checkRead(read, acknowledged, changes))
}

function checkRead(read: Read, acknowledged: Acknowledged[], changes: Change[]): Violation[] {
  const name = `after ${read.after_seq}, begun at ${read.begun}:`
  const gap = read.items.find(({ seq }, index) => seq !== read.after_seq + 1 + index)
  const ids = new Map(read.items.map((item) => [item.message_id, item]))
  const missed = acknowledged.filter((one) => isWithin(read, one) && !ids.has(one.message.message_id))
  const stale = changes.filter((change) => isStale(read, change, ids.get(change.message_id)))
  return violations(
    [gap !== undefined, 'gap', 'read', name, gap],
    [read.has_more && !read.items.length, 'gap', 'read', name, 'nothing, and yet there is more'],
    [missed.length + stale.length > 0, 'read missed what was acknowledged', name, missed, stale],
  )
}

/** Must the page show it? */
function isWithin({ begun, after_seq, items, has_more }: Read, { at, message }: Acknowledged): boolean {
  const last = has_more ? (items.at(-1)?.seq ?? 0) : Infinity
  return at < begun && message.seq > after_seq && message.seq <= last
}

const isStale = ({ begun }: Read, { answer }: Change, item: Picture | undefined): boolean =>
  answer?.is === 'acknowledged' && answer.at < begun && item !== undefined && item.rev < answer.rev
