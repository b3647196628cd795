/** Runs as a service that keeps its promises would give them, with all that may happen on the way. */
import fc, { type Arbitrary } from 'fast-check'
import type { Glimpse, Heard, Log, Picture } from './log.js'
import { Recorder } from './recorder.js'

/** Done and answered; done, and the answer lost; never arrived; refused; not answered for, and done or not. */
const outcomes = ['answered', 'unanswered', 'lost', 'refused', 'unavailable', 'unavailable, but done'] as const
type Outcome = (typeof outcomes)[number]

export type Step =
  | { do: 'send'; sender: string; id: string; outcome: Outcome }
  | { do: 'change'; message: number; deletes: boolean; outcome: Outcome }
  | { do: 'react'; message: number }
  | { do: 'cut' | 'come back'; client: number }
  | { do: 'read'; after: number; limit: number }

export interface Run {
  log: Log
  history: Picture[]
}

interface Client {
  heard: Heard[]
  connection: number
  live: boolean
  seq: number
  rev: number
}

class Room {
  readonly recorder = new Recorder()
  readonly messages: Picture[] = []
  private rev = 0
  private readonly clients = ['Ann', 'Bob'].map((name): Client => {
    return { heard: this.recorder.listener(name), connection: 0, live: false, seq: 0, rev: 0 }
  })
  /** Hears messages alone, and is never cut. */
  private readonly cleo = this.recorder.plainListener('Cleo')
  /** Comes whenever somebody comes, and is told what was said last. */
  private dan: Glimpse = this.recorder.glimpse('Dan')

  async take(step: Step): Promise<void> {
    if (step.do === 'send') this.send(step)
    if (step.do === 'change') this.change(step)
    if (step.do === 'react') this.react(step)
    if (step.do === 'cut') this.clients[step.client]!.live = false
    if (step.do === 'come back') this.comeBack(step.client)
    if (step.do === 'read') await this.read(step)
  }

  private send({ sender, id, outcome }: Step & { do: 'send' }): void {
    const answered = this.recorder.send(sender, id, `${sender} says ${id}`)
    const earlier = this.messages.find((one) => one.sender === sender && one.client_message_id === id)
    const message = isDone(outcome) ? (earlier ?? this.store(sender, id)) : null
    if (outcome === 'answered') {
      const { message_id, seq } = message!
      answered({ is: 'acknowledged', message_id, seq, duplicate: earlier !== undefined })
    }
    this.refuse(outcome, answered)
  }

  private store(sender: string, id: string): Picture {
    const seq = this.messages.length + 1
    const text = `${sender} says ${id}`
    const message = { message_id: `id ${seq}`, seq, rev: 0, sender, client_message_id: id, text, deleted: false }
    this.messages.push(message)
    for (const client of this.clients) if (client.live) tell(client, message)
    this.cleo.push({ message_id: message.message_id, seq, sender, text })
    this.dan.messages.push({ sender, text })
    return message
  }

  private change({ message, deletes, outcome }: Step & { do: 'change' }): void {
    const target = this.messages[message]
    if (!target) return
    const text = deletes ? null : `edit ${this.recorder.log.changes.length}`
    const answered = this.recorder.change(target.message_id, text)
    if (target.deleted) return answered({ is: 'refused', code: 'message_not_found' })
    if (isDone(outcome)) this.apply(target, text)
    if (outcome === 'answered') answered({ is: 'acknowledged', rev: this.rev })
    this.refuse(outcome, answered)
  }

  private apply(target: Picture, text: string | null): void {
    Object.assign(target, { text, deleted: text === null, rev: ++this.rev })
    for (const client of this.clients) if (client.live) tellChange(client, target)
  }

  /** Of a reaction only its number is noted: it says nothing of what the message says. */
  private react({ message }: Step & { do: 'react' }): void {
    const target = this.messages[message]
    if (!target || target.deleted) return
    target.rev = ++this.rev
    const { message_id, seq, rev } = target
    for (const client of this.clients.filter(({ live }) => live)) {
      client.heard.push({ event: 'reaction', message_id, seq, rev })
      client.rev = rev
    }
  }

  private refuse(outcome: Outcome, answered: (refusal: { is: 'refused'; code: string }) => void): void {
    if (outcome === 'refused') answered({ is: 'refused', code: 'not_a_member' })
    if (outcome.startsWith('unavailable')) answered({ is: 'refused', code: 'unavailable' })
  }

  /** Ann is told also of changes to what she was just told in its present state; Bob is not. */
  private comeBack(place: number): void {
    const client = this.clients[place]!
    const { seq, rev } = client
    client.heard.push({ event: 'joining', connection: ++client.connection })
    for (const message of this.messages) if (message.seq > seq) tell(client, message)
    const changed = this.messages.filter((one) => one.rev > rev && (place === 0 || one.seq <= seq))
    for (const message of changed.sort((a, b) => a.rev - b.rev)) tellChange(client, message)
    client.heard.push({ event: 'joined', last_rev: this.rev })
    Object.assign(client, { rev: this.rev, live: true })
    this.glance()
  }

  private glance(): void {
    this.dan.open = false
    this.dan = this.recorder.glimpse('Dan')
    this.dan.messages.push(...this.messages.slice(-3).map(({ sender, text }) => ({ sender, text })))
  }

  private async read({ after, limit }: Step & { do: 'read' }): Promise<void> {
    const items = structuredClone(this.messages.slice(after, after + limit))
    await this.recorder.read(after, async () => ({ items, has_more: after + limit < this.messages.length }))
  }
}

const isDone = (outcome: Outcome): boolean => ['answered', 'unanswered', 'unavailable, but done'].includes(outcome)

function tell(client: Client, message: Picture): void {
  client.heard.push({ event: 'new_message', message: { ...message } })
  client.seq = message.seq
}

function tellChange(client: Client, message: Picture): void {
  const { message_id, seq, rev, deleted } = message
  if (deleted) client.heard.push({ event: 'message_deleted', message_id, seq, rev })
  else client.heard.push({ event: 'message_updated', message: { ...message } })
  client.rev = rev
}

const outcome = fc.constantFrom(...outcomes)
const client = fc.nat({ max: 1 })
const step: Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('send'),
    sender: fc.constantFrom('a', 'b', 'c'),
    id: fc.constantFrom(...'01234'),
    outcome,
  }),
  fc.record({ do: fc.constant('change'), message: fc.integer({ min: 3, max: 20 }), deletes: fc.boolean(), outcome }),
  fc.record({ do: fc.constant('react'), message: fc.integer({ min: 3, max: 20 }) }),
  fc.record({ do: fc.constantFrom('cut', 'come back'), client }),
  fc.record({ do: fc.constant('read'), after: fc.nat({ max: 10 }), limit: fc.integer({ min: 1, max: 10 }) }),
)

const say = (sender: string, id: string, outcome: Outcome = 'answered'): Step => ({ do: 'send', sender, id, outcome })
const edit = (message: number): Step => ({ do: 'change', message, deletes: false, outcome: 'answered' })
const comeBack: Step[] = [0, 1].map((client) => ({ do: 'come back', client }))
const readAll: Step = { do: 'read', after: 0, limit: 1000 }

/** What every run begins and ends with, so that there is something to break. */
const beginning: Step[] = [
  ...comeBack,
  say('a', 'first'),
  say('a', 'unsure', 'unanswered'),
  say('b', 'third'),
  readAll,
  edit(0),
  edit(0),
  say('a', 'never', 'refused'),
]
const end: Step[] = [
  { do: 'cut', client: 0 },
  { do: 'cut', client: 1 },
  ...comeBack,
  edit(2),
  say('b', 'last'),
  readAll,
]

export async function play(steps: Step[]): Promise<Run> {
  const room = new Room()
  for (const step of [...beginning, ...steps, ...end]) await room.take(step)
  return { log: room.recorder.log, history: room.messages }
}

export const steps: Arbitrary<Step[]> = fc.array(step, { maxLength: 40 })
