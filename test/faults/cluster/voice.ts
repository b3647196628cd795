/** One person in one room, by one wire: an app as it should be written. It comes back, resumes, and says what becomes of a send. */
import { setTimeout } from 'node:timers/promises'
import type { Recorder } from '../../checker/recorder.js'
import type { Dice } from './dice.js'
import type { Toll } from './toll.js'

export interface Place {
  roomId: string
  /** Of a livestream. */
  streamId: string | null
}

/** Who speaks, where, and who is told what becomes of it. */
export interface Self {
  /** In the log. */
  name: string
  userId: string
  token: string
  place: Place
  /** Where the service is; asked again for every connection. */
  url: () => string
  recorder: Recorder
  toll: Toll
  dice: Dice
}

export type Outcome =
  | { is: 'acknowledged'; messageId: string }
  | { is: 'refused'; code: string; retryable: boolean; retryAfterMs: number }
  /** Nobody knows what became of it. */
  | { is: 'unanswered' }

export const unanswered: Outcome = { is: 'unanswered' }

export interface Voice {
  readonly self: Self
  /** How it speaks. */
  readonly wire: string
  /** As soon as it can. */
  listen(): Promise<void>
  /** One attempt, noted in the log. The text is the client's own id of the message. */
  attempt(clientMessageId: string): Promise<Outcome>
  /** The connection breaks; it comes back by itself. */
  cut(): void
  /** Does it hear at this moment? */
  readonly isLive: boolean
  stop(): Promise<void>
}

/** How long an answer is waited for: longer than the service may take to say that it cannot. */
export const patienceMs = 6000

/** Before a connection is tried again: not all at once. */
export const pause = ({ dice }: Self): Promise<void> => setTimeout(dice.between(100, 400))

/** Once. */
export async function attempt(voice: Voice, clientMessageId: string): Promise<Outcome> {
  const began = performance.now()
  const outcome = await voice.attempt(clientMessageId)
  voice.self.toll.attempted(voice, began, outcome)
  return outcome
}

/** Again and again until it is acknowledged, or all is over. Throws when it is refused for good. */
export async function insist(voice: Voice, clientMessageId: string, isOver = () => false): Promise<boolean> {
  const { dice } = voice.self
  while (!isOver()) {
    const outcome = await attempt(voice, clientMessageId)
    if (outcome.is === 'acknowledged') return true
    if (outcome.is === 'refused' && !outcome.retryable) throw new Error(`${voice.wire} refused: ${outcome.code}`)
    const waitMs = outcome.is === 'refused' ? Math.min(outcome.retryAfterMs, 400) : 100
    await setTimeout(waitMs * dice.between(0.5, 1.5))
  }
  return false
}
