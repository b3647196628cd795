/** Calls with empty places for ids, which are filled with one's own, with another tenant's, or with none that ever was. */
import { v7 as uuid } from 'uuid'

const uuidKinds = ['user', 'other', 'room', 'pair', 'message', 'tenant'] as const
const nameKinds = ['external_id', 'username', 'client_message_id', 'stream'] as const
const cursorKinds = ['user_cursor', 'room_cursor', 'member_cursor', 'found_cursor', 'edit_cursor'] as const

export type Kind = (typeof uuidKinds)[number] | (typeof nameKinds)[number] | (typeof cursorKinds)[number] | 'token'

/** A place for an id. */
export class Slot {
  constructor(readonly kind: Kind) {}
}
export const id = (kind: Kind): Slot => new Slot(kind)

/** What a tenant puts in the slots. */
export type Hand = (kind: Kind) => string

export interface Shape {
  path?: Record<string, Slot | string>
  query?: Record<string, unknown>
  body?: unknown
}

export function slotsOf(value: unknown): Slot[] {
  if (value instanceof Slot) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(slotsOf) : []
}

function fill(value: unknown, picks: string[]): unknown {
  if (value instanceof Slot) return picks.shift()
  if (Array.isArray(value)) return value.map((item) => fill(item, picks))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fill(part, picks)]))
}

export interface Filled {
  path?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

export const filled = (shape: Shape, picks: string[]): Filled => fill(shape, [...picks]) as Filled

let names = 0

/** An id that never was; of a cursor, one right beside the place where the cursor points to. */
function neverWas(kind: Kind, value: string): string {
  if ((uuidKinds as readonly string[]).includes(kind)) return uuid()
  if ((nameKinds as readonly string[]).includes(kind)) return `never-${names++}`
  const [last, time] = JSON.parse(Buffer.from(value, 'base64url').toString())
  return Buffer.from(JSON.stringify([last.slice(0, -12) + uuid().slice(-12), time])).toString('base64url')
}

export interface Pair {
  /** Whose id is in which slot, as `room: theirs, user: mine`. */
  words: string
  /** What is put in the slots, and what in their place never was. */
  theirs: string[]
  never: string[]
}

const alwaysMine: ReadonlySet<Kind> = new Set(['token', 'tenant'])

/**
 * Every mixture of mine and theirs that has at least one of theirs. A token is always mine: it names nothing, and whoever
 * shows one knows whose it is. So is a tenant: where its id may be said, it is said to whoever may come in.
 */
export function mixtures(shape: Shape, mine: Hand, theirs: Hand): Pair[] {
  const slots = slotsOf(shape)
  const ids = slots.filter(({ kind }) => !alwaysMine.has(kind))
  return Array.from({ length: 2 ** ids.length - 1 }, (_, index) => {
    const isTheirs = slots.map((slot) => !alwaysMine.has(slot.kind) && ((index + 1) & (1 << ids.indexOf(slot))) !== 0)
    const picks = slots.map(({ kind }, place) => (isTheirs[place] ? theirs(kind) : mine(kind)))
    const words = slots.map(({ kind }, place) => `${kind}: ${isTheirs[place] ? 'theirs' : 'mine'}`).join(', ')
    const never = slots.map(({ kind }, place) => (isTheirs[place] ? neverWas(kind, picks[place]!) : picks[place]!))
    return { words, theirs: picks, never }
  })
}
