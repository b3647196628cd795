/** What those heard who are told messages, and no changes: on plain WebSockets, and in the livestream app. */
import { checkMessages } from './clients.js'
import type { Glimpse, Log, Picture, Told } from './log.js'
import { textsOf } from './sends.js'
import { violation, violations, type Violation } from './violation.js'

type Said = Glimpse['messages'][number]
type Texts = ReturnType<typeof textsOf>

export function checkTold(log: Log, history: Picture[]): Violation[] {
  const texts = textsOf(log, history)
  const stored = new Map(history.map((message) => [message.message_id, message]))
  return Object.entries(log.told).flatMap(([client, told]) => [
    ...checkMessages(client, told, history),
    ...told.flatMap((message) => checkContent(client, message, stored.get(message.message_id), texts)),
  ])
}

function checkContent(client: string, told: Told, stored: Picture | undefined, texts: Texts): Violation[] {
  const fits = stored?.seq === told.seq && isOf(stored, told, texts)
  return violations(
    [!stored, 'told and lost', client, 'was told', told],
    [stored !== undefined && !fits, 'other content', client, 'was told', told, 'stored is', stored],
  )
}

/** Can it be this message, as it was at some time? What nobody sent is another finding. */
function isOf(stored: Picture, { sender, text }: Said, texts: Texts): boolean {
  const possible = texts.get(stored.message_id)!
  return stored.sender === sender && (text === null ? stored.deleted : !possible.size || possible.has(text))
}

export function checkGlimpses(log: Log, history: Picture[]): Violation[] {
  const texts = textsOf(log, history)
  return Object.entries(log.glimpses).flatMap(([client, glimpses]) =>
    glimpses.flatMap((glimpse, index) => checkGlimpse(`${client}, ${index + 1}`, glimpse, history, texts)),
  )
}

/** A piece of the history without a hole; of who listens still, its end. */
function checkGlimpse(client: string, { messages, open }: Glimpse, history: Picture[], texts: Texts): Violation[] {
  if (!messages.length) return []
  const isPiece = (from: number): boolean =>
    from >= 0 && messages.every((said, n) => history[from + n] !== undefined && isOf(history[from + n]!, said, texts))
  const last = history.length - messages.length
  if (open ? isPiece(last) : history.some((_, from) => isPiece(from))) return []
  return explain(client, messages, open, history, texts)
}

function explain(client: string, messages: Said[], open: boolean, history: Picture[], texts: Texts): Violation[] {
  const places = messages.map((said) => history.findIndex((stored) => isOf(stored, said, texts)))
  const unknown = messages.filter((_, n) => places[n] === -1)
  if (unknown.length) return [violation('told and lost', client, unknown)]
  const known = new Set(places)
  const late = [...known].find((place, n) => n > 0 && place < [...known][n - 1]!)
  const last = open ? history.length - 1 : Math.max(...places)
  const missing = history.filter((_, place) => place > Math.min(...places) && place <= last && !known.has(place))
  return violations(
    [known.size < places.length, 'doubled at a client', client, places],
    [late !== undefined, 'other order at a client', client, `what is at ${late} came late`],
    [missing.length > 0, 'missing at a client', client, missing],
  )
}
