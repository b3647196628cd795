/** What a step expects, what was seen of it, and whether the one is the other. */
import type { End } from './connection.js'
import type { Item } from './inbox.js'
import { fill, match, type Names } from './match.js'
import type { Heard } from './scenarios/scenario.js'

export interface Check {
  expected: string
  seen: string
  /** What is known by it; null: it is otherwise than expected. */
  names: Names | null
}

export const asJson = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

/** An answer, of which nothing need be expected. */
export const fitsAnswer = (pattern: unknown, value: unknown, names: Names): Names | null =>
  pattern === undefined ? names : match(pattern, value, names)

export function fitsHeard(heard: Heard, item: Item, names: Names): Names | null {
  if ('closed' in heard) {
    if (!('closed' in item) || item.closed.code !== heard.closed) return null
    return match(heard.reason, item.closed.reason, names)
  }
  return 'heard' in item && item.heard.name === heard.name ? match(heard.body, item.heard.body, names) : null
}

export function shownHeard(heard: Heard, names: Names): string {
  if ('closed' in heard) return shownEnd({ code: heard.closed, reason: heard.reason })
  return `${heard.name} ${asJson(fill(heard.body, names))}`
}

export function shownItem(item: Item): string {
  if ('opened' in item) return 'that it is open'
  return 'closed' in item ? shownEnd(item.closed) : `${item.heard.name} ${asJson(item.heard.body)}`
}

const shownEnd = ({ code, reason }: End): string => `that it is closed: ${[code, reason].filter(Boolean).join(' ')}`
