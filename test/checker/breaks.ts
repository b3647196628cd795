/** Ways in which a service could break its promises, done to a good run. */
import type { Run } from './good-run.js'
import type { Glimpse, Heard, Picture, Told } from './log.js'
import type { Kind } from './violation.js'

export const clients = (run: Run): Heard[][] => Object.values(run.log.heard)
const named = ({ history }: Run, id: string): Picture => history.find((one) => one.client_message_id === id)!
const attemptsOf = ({ log }: Run, id: string) => log.sends.filter((one) => one.client_message_id === id)
export const told = (run: Run, client: number, test: (event: Heard) => boolean): number =>
  clients(run)[client]!.findIndex(test)

const isNew = (id: string) => (event: Heard) => event.event === 'new_message' && event.message.client_message_id === id
export const isRev = (rev: number) => (event: Heard) => event.event === 'message_updated' && event.message.rev === rev

const plain = ({ log }: Run): Told[] => Object.values(log.told)[0]!
/** What is heard to the end by who does not resume. */
const glimpse = ({ log }: Run): Glimpse['messages'] => Object.values(log.glimpses)[0]!.at(-1)!.messages

function without<T>(items: T[], unwanted: (item: T) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !unwanted(item)))
}

/** As if it had never been stored. */
function forget(run: Run, id: string): void {
  const unwanted = (message: Picture) => message.client_message_id === id
  const { message_id, sender, text } = named(run, id)
  without(run.history, unwanted)
  for (const heard of clients(run)) without(heard, isNew(id))
  for (const { items } of run.log.reads) without(items, unwanted)
  without(plain(run), (told) => told.message_id === message_id)
  for (const { messages } of Object.values(run.log.glimpses).flat()) {
    without(messages, (said) => said.sender === sender && said.text === text)
  }
}

function store(run: Run, fields: Partial<Picture>): void {
  const seq = run.history.length + 1
  const message = { ...named(run, 'last'), message_id: `id ${seq}`, seq, ...fields }
  run.history.push(message)
  for (const heard of clients(run)) heard.push({ event: 'new_message', message: { ...message } })
  plain(run).push({ ...message })
  glimpse(run).push({ ...message })
}

const lastChange = ({ log }: Run) => log.changes.at(-1)!
const lastRev = (run: Run): number => named(run, 'third').rev

function swap(items: unknown[], first: number): void {
  items.splice(first, 2, items[first + 1], items[first])
}

/** What is to be found then, and by what. */
export const breaks: [Kind, string, (run: Run, client: number) => void][] = [
  ['acknowledged and lost', 'the last message', (run) => forget(run, 'last')],
  [
    'acknowledged and lost',
    'the last edit',
    (run) => {
      for (const heard of clients(run)) without(heard, isRev(lastRev(run)))
      without(run.log.reads, (read) => read === run.log.reads.at(-1))
      Object.assign(named(run, 'third'), { rev: 0, text: attemptsOf(run, 'third')[0]!.text })
    },
  ],
  [
    'acknowledged and lost',
    'the last edit’s text',
    (run) => {
      const { text } = attemptsOf(run, 'third')[0]!
      const seen = clients(run)
        .flat()
        .flatMap((event) => ('message' in event ? [event.message] : []))
      for (const message of [named(run, 'third'), ...seen, ...run.log.reads.at(-1)!.items]) {
        if (message.rev === lastRev(run)) message.text = text
      }
    },
  ],
  ['refused but stored', 'a message', (run) => Object.assign(attemptsOf(run, 'last')[0]!.answer!, refusal)],
  ['refused but stored', 'an edit', (run) => Object.assign(lastChange(run).answer!, refusal)],
  ['two ids for one send', 'by message_id', (run) => answerAgain(run, { message_id: 'another', duplicate: true })],
  ['two ids for one send', 'by seq', (run) => answerAgain(run, { seq: 99, duplicate: true })],
  ['stored twice', 'under another id', (run) => store(run, {})],
  ['duplicate told wrongly', 'by two first ones', (run) => answerAgain(run, {})],
  [
    'duplicate told wrongly',
    'by none',
    (run) => Object.assign(attemptsOf(run, 'last')[0]!.answer!, { duplicate: true }),
  ],
  ['nobody sent it', 'by another id', (run) => store(run, { client_message_id: 'unheard of' })],
  ['nobody sent it', 'by another sender', (run) => store(run, { sender: 'nobody' })],
  ['other content', 'stored', (run) => (named(run, 'unsure').text = 'something else')],
  [
    'other content',
    'heard',
    (run, client) => {
      const event = clients(run)[client]![told(run, client, isNew('first'))]!
      if ('message' in event) event.message = { ...event.message, text: 'something else' }
    },
  ],
  ['other content', 'read', (run) => (run.log.reads[0]!.items[1]!.text = 'something else')],
  ['other content', 'in the name of another', (run) => (run.log.reads[0]!.items[1]!.sender = 'b')],
  ['gap', 'stored', (run) => forget(run, 'unsure')],
  ['gap', 'read', (run) => void run.log.reads[0]!.items.splice(1, 1)],
  ['one rev twice', 'of two messages', (run) => store(unsurely(run), { client_message_id: 'more', rev: lastRev(run) })],
  [
    'told and lost',
    'a message',
    (run) => {
      run.history.pop()
      run.log.reads.pop()
      attemptsOf(run, 'last')[0]!.answer = null
    },
  ],
  [
    'told and lost',
    'a deletion',
    (run, client) => {
      const { message_id, seq } = named(run, 'last')
      clients(run)[client]!.push({ event: 'message_deleted', message_id, seq, rev: lastRev(run) + 1 })
    },
  ],
  [
    'missing at a client',
    'a message',
    (run, client) => void clients(run)[client]!.splice(told(run, client, isNew('unsure')), 1),
  ],
  [
    'doubled at a client',
    'a message',
    (run, client) => clients(run)[client]!.push(clients(run)[client]![told(run, client, isNew('first'))]!),
  ],
  [
    'doubled at a client',
    'a change',
    (run, client) => clients(run)[client]!.push(clients(run)[client]![told(run, client, isRev(1))]!),
  ],
  [
    'other order at a client',
    'of messages',
    (run, client) => swap(clients(run)[client]!, told(run, client, isNew('unsure'))),
  ],
  [
    'other order at a client',
    'of a message and its edit',
    (run, client) => {
      const heard = clients(run)[client]!
      heard.push(...heard.splice(told(run, client, isNew('first')), 1))
    },
  ],
  [
    'rev went back at a client',
    'by two changes in turn',
    (run, client) => swap(clients(run)[client]!, told(run, client, isRev(1))),
  ],
  [
    'gap in rev at a client',
    'by a change of what is changed again',
    (run, client) => void clients(run)[client]!.splice(told(run, client, isRev(1)), 1),
  ],
  [
    'other picture at a client',
    'by a change that was not told',
    (run, client) => void clients(run)[client]!.splice(told(run, client, isRev(lastRev(run))), 1),
  ],
  ['missing at a client', 'a message on a plain wire', (run) => void plain(run).splice(1, 1)],
  ['doubled at a client', 'a message on a plain wire', (run) => plain(run).push(plain(run)[0]!)],
  ['other order at a client', 'of messages on a plain wire', (run) => swap(plain(run), 1)],
  ['other content', 'told by a plain wire', (run) => (plain(run)[1]!.text = 'something else')],
  ['other content', 'told by a plain wire in the name of another', (run) => (plain(run)[1]!.sender = 'b')],
  ['other content', 'told by a plain wire with another seq', (run) => (plain(run).at(-1)!.seq += 1)],
  ['told and lost', 'by a plain wire', (run) => plain(run).push({ ...plain(run)[0]!, message_id: 'x', seq: 999 })],
  ['missing at a client', 'a message to who does not resume', (run) => void glimpse(run).splice(1, 1)],
  ['missing at a client', 'the last message to who does not resume', (run) => void glimpse(run).pop()],
  ['doubled at a client', 'a message to who does not resume', (run) => glimpse(run).push(glimpse(run).at(-1)!)],
  ['other order at a client', 'of messages to who does not resume', (run) => swap(glimpse(run), 0)],
  ['told and lost', 'to who does not resume', (run) => glimpse(run).unshift({ sender: 'a', text: 'unheard of' })],
  ['read missed what was acknowledged', 'a message', (run) => void run.log.reads[0]!.items.pop()],
  [
    'read missed what was acknowledged',
    'an edit',
    (run) => Object.assign(run.log.reads.at(-1)!.items[0]!, { rev: 1, text: run.log.changes[0]!.text }),
  ],
]

const refusal = { is: 'refused', code: 'forbidden' }

function answerAgain({ log }: Run, fields: object): void {
  const again = structuredClone(log.sends[0]!)
  Object.assign(again.answer!, fields)
  log.sends.push(again)
}

/** One send more, of which nobody knows what became of it. */
function unsurely(run: Run): Run {
  run.log.sends.push({ ...attemptsOf(run, 'last')[0]!, client_message_id: 'more', answer: null })
  return run
}
