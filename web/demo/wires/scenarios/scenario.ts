/** A seed, step by step, as data: who does what, and what is heard of it. Texts are read as `match.ts` says. */
import type { Credential } from '../dialects.js'
import type { WireName } from '../documented.js'

/** `$you` and `$other` are their ids, `$yourName` and `$otherName` their names. */
export type Who = 'you' | 'other'

export type Deed =
  /** Says nothing: the one that one has goes first. */
  | { connect: Who; credential?: Credential; afterSeq?: string }
  /** `answer` is the acknowledgement that is asked for. */
  | { send: Who; name: string; body?: unknown; answer?: unknown }
  | { sendText: Who; text: string }
  /** By REST. */
  | { ask: Who; method: 'GET' | 'POST' | 'DELETE'; path: string; body?: object; status: number; answer?: unknown }
  | { disconnect: Who }

export type Heard =
  | { who: Who; name: string; body: unknown }
  /** The connection is closed by the service. Socket.IO has no codes. */
  | { who: Who; closed: number | null; reason: string }

export interface Step {
  title: string
  /** What the seed calls it. */
  part?: string
  deed: Deed
  /** Of each of them in this order. */
  hears?: readonly Heard[]
}

export interface Scenario {
  wire: WireName
  /** What it tells, in one line. */
  title: string
  /** Of the seed's words. */
  language: 'en' | 'vi'
  /** What of the seed is not here, and why. */
  leavesOut: readonly string[]
  /** What is a name of this once: it is made anew each time. */
  fresh: Readonly<Record<string, string>>
  steps: readonly Step[]
  /** What is put back in the end, whether or not all went well. */
  after: readonly { ask: Who; method: 'POST' | 'DELETE'; path: string }[]
}
