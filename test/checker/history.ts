/** What is stored, and whether whoever saw something of it saw it as it was. */
import type { Log, Picture } from './log.js'
import { textsOf } from './sends.js'
import { groupBy, violation, type Violation } from './violation.js'

/** `seq` is 1, 2, 3 … without a gap, and no change has the number of another. */
export function checkNumbers(history: Picture[]): Violation[] {
  const gap = history.findIndex(({ seq }, index) => seq !== index + 1)
  const changed = history.filter(({ rev }) => rev > 0)
  const doubled = [...groupBy(changed, ({ rev }) => `rev ${rev}`)].filter(([, messages]) => messages.length > 1)
  return [
    ...(gap >= 0 ? [violation('gap', `before seq ${history[gap]!.seq} in the history`)] : []),
    ...doubled.map(([name, messages]) => violation('one rev twice', name, messages)),
  ]
}

/** Every picture of a message that somebody saw, and those that are stored, show what somebody sent or edited. */
export function checkContents(log: Log, history: Picture[]): Violation[] {
  const stored = new Map(history.map((message) => [message.message_id, message]))
  const texts = textsOf(log, history)
  const seen: [string, Picture][] = [
    ...log.reads.flatMap(({ items }) => items.map((item): [string, Picture] => ['a reader', item])),
    ...Object.entries(log.heard).flatMap(([client, heard]) =>
      heard.flatMap((one): [string, Picture][] => ('message' in one ? [[client, one.message]] : [])),
    ),
  ]
  const wrong = history.filter((message) => !isPossible(message, texts))
  return [
    ...wrong.map((message) => violation('other content', 'stored:', message)),
    ...seen.flatMap(([who, picture]) => checkPicture(who, picture, stored.get(picture.message_id), texts)),
  ]
}

type Texts = ReturnType<typeof textsOf>

/** What nobody sent is another finding than this. */
const isPossible = ({ message_id, text, deleted }: Picture, texts: Texts): boolean =>
  deleted || !texts.get(message_id)?.size || texts.get(message_id)!.has(text)

function checkPicture(who: string, seen: Picture, stored: Picture | undefined, texts: Texts): Violation[] {
  if (!stored || seen.rev > stored.rev) return [violation('told and lost', who, 'saw', seen)]
  const asItWas = { ...seen, rev: stored.rev, text: stored.text, deleted: stored.deleted }
  const fits = seen.rev === stored.rev ? isEqual(seen, stored) : isEqual(asItWas, stored) && isPossible(seen, texts)
  return fits ? [] : [violation('other content', who, 'saw', seen, 'stored is', stored)]
}

const isEqual = (a: Picture, b: Picture): boolean => {
  const names = Object.keys(b) as (keyof Picture)[]
  return names.every((name) => a[name] === b[name])
}
