/** Plays a scenario, and says of each step what was expected and what was seen. */
import { asJson, fitsAnswer, fitsHeard, shownHeard, shownItem, type Check } from './checks.js'
import type { Connection } from './connection.js'
import type { Credential } from './dialects.js'
import { Inbox } from './inbox.js'
import { fill, type Names } from './match.js'
import type { Answer } from './rest.js'
import type { Deed, Heard, Scenario, Step, Who } from './scenarios/scenario.js'

/** Where it is played. */
export interface Stage {
  open(who: Who, how: { credential: Credential; afterSeq: string }, names: Names, inbox: Inbox): Connection
  ask(who: Who, method: string, path: string, body?: object): Promise<Answer>
  nameOf(who: Who): string
  /** A step begins. */
  begins(step: Step, at: number): void
}

export interface Outcome {
  ok: boolean
  expected: string[]
  seen: string[]
}

type DeedOf<K extends string> = Extract<Deed, Record<K, unknown>>

export class Play {
  private readonly connections = new Map<Who, { connection: Connection; inbox: Inbox }>()

  constructor(
    private readonly scenario: Scenario,
    private readonly stage: Stage,
    private names: Names,
    private readonly stop: AbortSignal,
    /** After so many milliseconds it is taken that nothing comes any more. */
    private readonly patience = 10_000,
  ) {}

  /** Until a step fails, or it is stopped. */
  async *steps(): AsyncGenerator<Outcome> {
    try {
      for (const [at, step] of this.scenario.steps.entries()) {
        this.stage.begins(step, at)
        const outcome = await this.play(step)
        if (this.stop.aborted) return
        yield outcome
        if (!outcome.ok) return
      }
    } finally {
      await this.tidy()
    }
  }

  private async play({ deed, hears = [] }: Step): Promise<Outcome> {
    const signal = AbortSignal.any([this.stop, AbortSignal.timeout(this.patience)])
    // Of a connection that is made in this step all is heard.
    const cursors = new Map([...this.connections].map(([who, { inbox }]) => [who, inbox.length]))
    if ('connect' in deed) cursors.delete(deed.connect)
    const checks: Check[] = []
    const isGood = (): boolean => checks.every(({ names }) => names !== null)
    try {
      checks.push(...(await this.perform(deed, hears, signal)))
      for (const heard of hears) if (isGood()) checks.push(await this.hear(heard, cursors, signal))
    } catch (error) {
      checks.push({ expected: 'no failure', seen: (error as Error).message, names: null })
    }
    return { ok: isGood(), expected: checks.map(({ expected }) => expected), seen: checks.map(({ seen }) => seen) }
  }

  private async perform(deed: Deed, hears: readonly Heard[], signal: AbortSignal): Promise<Check[]> {
    if ('connect' in deed) return this.connect(deed, hears, signal)
    if ('ask' in deed) return [await this.ask(deed)]
    if ('send' in deed) return this.send(deed, signal)
    if ('disconnect' in deed) this.at(deed.disconnect).connection.close()
    else this.at(deed.sendText).connection.sendText(deed.text)
    return []
  }

  private async connect(
    { connect: who, credential = 'token', afterSeq = '' }: DeedOf<'connect'>,
    hears: readonly Heard[],
    signal: AbortSignal,
  ): Promise<Check[]> {
    this.connections.get(who)?.connection.close()
    const inbox = new Inbox()
    const connection = this.stage.open(who, { credential, afterSeq }, this.names, inbox)
    this.connections.set(who, { connection, inbox })
    if (hears.some((heard) => 'closed' in heard && heard.who === who)) return []
    const found = await inbox.next(0, (item) => ('heard' in item ? null : item), signal)
    const seen = found ? shownItem(found.made) : 'nothing'
    const isOpen = found !== null && 'opened' in found.made
    return [{ expected: `${this.stage.nameOf(who)} is connected`, seen, names: isOpen ? this.names : null }]
  }

  private async ask({ ask: who, method, path, body, status, answer }: DeedOf<'ask'>): Promise<Check> {
    const expected = [status, answer && asJson(fill(answer, this.names))].filter(Boolean).join(' ')
    const got = await this.stage.ask(who, method, String(fill(path, this.names)), body && fill(body, this.names))
    const seen = [got.status, got.body && asJson(got.body)].filter(Boolean).join(' ')
    return this.learnt(expected, seen, got.status === status ? fitsAnswer(answer, got.body, this.names) : null)
  }

  private async send({ send: who, name, body, answer }: DeedOf<'send'>, signal: AbortSignal): Promise<Check[]> {
    const { connection } = this.at(who)
    const frame = { name, body: fill(body, this.names) }
    if (answer === undefined) {
      connection.send(frame)
      return []
    }
    const expected = `acknowledged ${asJson(fill(answer, this.names))}`
    const got = await new Promise<unknown>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
      connection.send(frame, resolve)
    })
    return [this.learnt(expected, asJson(got), fitsAnswer(answer, got, this.names))]
  }

  /** The next one that fits; what comes between is nobody's business. */
  private async hear(heard: Heard, cursors: Map<Who, number>, signal: AbortSignal): Promise<Check> {
    const { inbox } = this.at(heard.who)
    const from = cursors.get(heard.who) ?? 0
    const name = this.stage.nameOf(heard.who)
    const expected = `${name} hears ${shownHeard(heard, this.names)}`
    const found = await inbox.next(from, (item) => fitsHeard(heard, item, this.names), signal)
    const seen = inbox.since(found?.at ?? from).slice(0, found ? 1 : undefined)
    if (found) cursors.set(heard.who, found.at + 1)
    return this.learnt(
      expected,
      `${name} heard ${seen.map(shownItem).join(', then ') || 'nothing'}`,
      found?.made ?? null,
    )
  }

  /** What is known by a check is known from now on. */
  private learnt(expected: string, seen: string, names: Names | null): Check {
    this.names = names ?? this.names
    return { expected, seen, names }
  }

  private at(who: Who): { connection: Connection; inbox: Inbox } {
    const found = this.connections.get(who)
    if (!found) throw new Error(`${this.stage.nameOf(who)} is not connected`)
    return found
  }

  private async tidy(): Promise<void> {
    for (const { connection } of this.connections.values()) connection.close()
    for (const { ask: who, method, path } of this.scenario.after) {
      const filled = String(fill(path, this.names))
      // What was never made needs no end.
      if (!filled.includes('$')) await this.stage.ask(who, method, filled).catch(() => undefined)
    }
  }
}
