/** The numbers of changes as each client heard them. */
import type { Heard, Log, Picture } from './log.js'
import { violation, violations, type Violation } from './violation.js'

/** What is heard live has no gap; what is replayed may jump, but never goes back. */
export function checkRevs({ heard }: Log, history: Picture[], everyRevLive: boolean): Violation[] {
  const deleted = new Map(history.map((message) => [message.message_id, message]))
  return Object.entries(heard).flatMap(([client, events]) => [
    ...checkOrder(client, events),
    ...(everyRevLive ? checkGaps(client, events) : []),
    ...events.flatMap((event) => checkDeletion(client, event, deleted)),
  ])
}

function checkOrder(client: string, events: Heard[]): Violation[] {
  const known = new Set<number>()
  const found: Violation[] = []
  let last = 0
  for (const event of events) {
    const rev = revOf(event)
    if (event.event !== 'joined' && rev !== null) {
      found.push(
        ...violations(
          [known.has(rev), 'doubled at a client', client, event],
          [rev <= last && !known.has(rev), 'rev went back at a client', client, event],
        ),
      )
      known.add(rev)
    }
    last = Math.max(last, rev ?? 0)
  }
  return found
}

/** In each connection, of what came live: what is between where it stood when it had joined and the highest. */
function checkGaps(client: string, events: Heard[]): Violation[] {
  const missing: number[] = []
  let live: Set<number> | null = null
  let [from, last] = [0, 0]
  const close = () => {
    for (let rev = from + 1; live && rev < Math.max(...live); rev++) if (!live.has(rev)) missing.push(rev)
    live = null
  }
  for (const event of events) {
    if (event.event === 'joining') close()
    last = Math.max(last, revOf(event) ?? 0)
    if (event.event === 'joined') [live, from] = [new Set<number>(), last]
    else if (revOf(event) !== null) live?.add(revOf(event)!)
  }
  close()
  return missing.map((rev) => violation('gap in rev at a client', client, rev))
}

function checkDeletion(client: string, event: Heard, stored: Map<string, Picture>): Violation[] {
  if (event.event !== 'message_deleted') return []
  const message = stored.get(event.message_id)
  if (message?.deleted && message.seq === event.seq && message.rev >= event.rev) return []
  return [violation('told and lost', client, event, message)]
}

function revOf(event: Heard): number | null {
  if (event.event === 'joined') return event.last_rev
  if (event.event === 'message_updated') return event.message.rev
  return event.event === 'message_deleted' || event.event === 'reaction' ? event.rev : null
}
