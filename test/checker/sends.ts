/** Sends against what is stored: each that was acknowledged is there, once, and nothing else is. */
import type { Change, Log, Picture, Send } from './log.js'
import { groupBy, violation, violations, type Violation } from './violation.js'

/** Refusals after which nobody knows whether it was done. All others say that it was not. */
const unsure = new Set(['unavailable', 'internal'])

const wasRefused = ({ answer }: Send | Change): boolean => answer?.is === 'refused' && !unsure.has(answer.code)

const sendOf = ({ sender, client_message_id }: Pick<Picture, 'sender' | 'client_message_id'>): string =>
  `${client_message_id} of ${sender}`

export function checkSends({ sends }: Log, history: Picture[]): Violation[] {
  const stored = groupBy(history, sendOf)
  const sent = groupBy(sends, sendOf)
  const found = [...sent].flatMap(([name, attempts]) => checkSend(name, attempts, stored.get(name) ?? []))
  const unsent = history.filter((message) => !sent.has(sendOf(message)))
  return [...found, ...unsent.map((message) => violation('nobody sent it', message))]
}

function checkSend(name: string, attempts: Send[], stored: Picture[]): Violation[] {
  const told = attempts.flatMap(({ answer }) => (answer?.is === 'acknowledged' ? [answer] : []))
  const ids = new Set(
    [...told, ...(told.length ? stored.slice(0, 1) : [])].map((one) => `${one.seq} ${one.message_id}`),
  )
  const firsts = told.filter(({ duplicate }) => duplicate === false).length
  const noFirst = told.length === attempts.length && told.every(({ duplicate }) => duplicate)
  return violations(
    [told.length > 0 && !stored.length, 'acknowledged and lost', name, told],
    [stored.length > 0 && attempts.every(wasRefused), 'refused but stored', name, stored],
    [stored.length > 1, 'stored twice', name, stored],
    [ids.size > 1, 'two ids for one send', name, [...ids]],
    [firsts > 1 || noFirst, 'duplicate told wrongly', name, told],
  )
}

export function checkChanges({ changes }: Log, history: Picture[]): Violation[] {
  const stored = new Map(history.map((message) => [message.message_id, message]))
  return [...groupBy(changes, ({ message_id, text }) => `${message_id} to ${text}`)].flatMap(([name, attempts]) =>
    checkChange(name, attempts, stored.get(attempts[0]!.message_id)),
  )
}

function checkChange(name: string, attempts: Change[], message: Picture | undefined): Violation[] {
  const { text } = attempts[0]!
  const isThere = message !== undefined && (text === null ? message.deleted : message.text === text)
  const told = attempts.flatMap(({ answer }) => (answer?.is === 'acknowledged' ? [answer.rev] : []))
  const rev = Math.max(...told)
  // What was changed again since is at a later rev.
  const isLost = !message || message.rev < rev || (!isThere && (text === null || message.rev === rev))
  return violations(
    [told.length > 0 && isLost, 'acknowledged and lost', name, rev, message],
    [isThere && attempts.every(wasRefused), 'refused but stored', name, message],
  )
}

/** The texts that a message may ever have had: as it was sent, and as it was edited. By its id. */
export function textsOf({ sends, changes }: Log, history: Picture[]): Map<string, Set<string | null>> {
  const sent = groupBy(sends, sendOf)
  const edits = groupBy(
    changes.filter(({ text }) => text !== null),
    ({ message_id }) => message_id,
  )
  return new Map(
    history.map((message) => {
      const [own, later] = [sent.get(sendOf(message)) ?? [], message.rev ? (edits.get(message.message_id) ?? []) : []]
      return [message.message_id, new Set([...own, ...later].map(({ text }) => text))]
    }),
  )
}
