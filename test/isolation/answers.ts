/** Answers, brought into a form in which two are the same if nobody can tell them apart. */
import type { Answer, Rest } from '../support/rest.js'
import { idsIn } from './rows.js'
import type { RouteInfo } from './routes.js'
import type { Filled } from './slots.js'

export async function call(rest: Rest, { method, path }: RouteInfo, { path: ids = {}, query, body }: Filled) {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)
  const search = query ? `?${new URLSearchParams(query).toString()}` : ''
  return rest.send(method, address + search, body)
}

/** What no two answers have in common: when, which, how long, and how much of the limit is left. */
const ofThisAnswerAlone = /^(date|x-request-id|content-length|ratelimit|x-ratelimit-remaining|x-ratelimit-reset)$/

const headersOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries([...headers].map(([name, value]) => [name, ofThisAnswerAlone.test(name) ? 'differs' : value]))

/** A JWT is another each time. */
const jwtPattern = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g

const timePattern = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g

/** As it is, and as an address has it. */
const ways = (sent: string): string[] => [sent, encodeURIComponent(sent)]

/** `echoed` is what was sent: it may come back. `known` are the caller's own ids; others that come were made just now. */
export function toComparable(value: unknown, echoed: string[], known: Set<string>): string {
  let text = JSON.stringify(value, (key, part: unknown) => (key === 'request_id' ? 'differs' : part))
  for (const [place, sent] of echoed.entries())
    for (const written of ways(sent)) text = text.replaceAll(written, `<sent ${place}>`)
  for (const made of idsIn(text)) if (!known.has(made)) text = text.replaceAll(made, '<made>')
  return text
    .replace(jwtPattern, '<jwt>')
    .replace(timePattern, '"<time>"')
    .replace(/"(last_)?seq":\d+/g, '"$1seq":"<seq>"')
}

export const comparableAnswer = (answer: Answer, echoed: string[], known: Set<string>) => ({
  status: answer.status,
  body: toComparable(answer.body, echoed, known),
  headers: headersOf(answer.headers),
})

export interface Foreign {
  word: string
  ids: Set<string>
}

/** What an answer says of another tenant beyond what was sent. */
export function leaks(value: unknown, echoed: string[], { word, ids }: Foreign): string[] {
  let text = JSON.stringify(value) ?? ''
  for (const sent of echoed.flatMap(ways)) text = text.replaceAll(sent, '')
  return [...(text.includes(word) ? [word] : []), ...[...idsIn(text)].filter((id) => ids.has(id))]
}
