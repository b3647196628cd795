/** What each client heard: every message once and in order, every change as it came, and in the end the same picture. */
import type { Heard, Log, Picture } from './log.js'
import { violation, violations, type Violation } from './violation.js'

export function checkClients({ heard }: Log, history: Picture[]): Violation[] {
  return Object.entries(heard).flatMap(([client, events]) => [
    ...checkMessages(client, messagesIn(events), history),
    ...checkPictures(client, events, history),
  ])
}

const messagesIn = (events: Heard[]): Picture[] =>
  events.flatMap((event) => (event.event === 'new_message' ? [event.message] : []))

type Numbered = Pick<Picture, 'message_id' | 'seq'>

/** Each message of the history once, and in its order. */
export function checkMessages(client: string, messages: Numbered[], history: Picture[]): Violation[] {
  const seqs = messages.map(({ seq }) => seq)
  const ids = new Set(messages.map(({ message_id }) => message_id))
  const first = [...new Set(seqs)]
  const late = first.find((seq, index) => index > 0 && seq < first[index - 1]!)
  const missing = history.filter(({ message_id }) => !ids.has(message_id)).map(({ seq }) => seq)
  return violations(
    [messages.length > ids.size, 'doubled at a client', client, seqs.filter((seq, at) => seqs.indexOf(seq) < at)],
    [late !== undefined, 'other order at a client', client, `seq ${late} came late`],
    [missing.length > 0, 'missing at a client', client, missing],
  )
}

/** What the client shows in the end, if it puts together what it hears as the contract says. */
function checkPictures(client: string, events: Heard[], history: Picture[]): Violation[] {
  const shown = new Map<string, number>()
  const early: unknown[] = []
  const show = (id: string, rev: number) => shown.set(id, Math.max(rev, shown.get(id) ?? 0))
  for (const event of events) {
    if (event.event === 'new_message') show(event.message.message_id, event.message.rev)
    if (event.event === 'joining' || event.event === 'joined' || event.event === 'new_message') continue
    const { message_id, rev } = 'message' in event ? event.message : event
    if (!shown.has(message_id)) early.push(event)
    show(message_id, rev)
  }
  const stale = history.filter(({ message_id, rev }) => (shown.get(message_id) ?? rev) < rev)
  return [
    ...early.map((event) => violation('other order at a client', client, 'a change before its message', event)),
    ...stale.map((message) => violation('other picture at a client', client, message, shown.get(message.message_id))),
  ]
}
