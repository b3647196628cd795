/**
 * How a dialect's frames are written down: beside each dialect a table of what it takes and one of what it tells, with a
 * class for each payload. The dialect's functions are typed by them, docs/asyncapi.json is made from them, and whatever
 * the tests hear must fit them.
 */
import type { Type } from '@nestjs/common'
import type { ChatEvent } from '../../contract/events.js'
import type { Call, Place } from './dialect.js'
import { fieldsOf } from './json.js'

/** A frame that clients send. */
export interface Taken {
  /** A name in `commands.ts`. */
  command: string
  /** Its command in a room that is only a name. */
  ephemeral?: string
  /** What it is for, in one line. */
  summary: string
  /** The command's own input, if nothing is said. */
  payload?: Type
  /** What an acknowledgement carries beside `ok`. */
  answer?: Type
  /** The frames that answer it, if it is by frames. */
  answers?: readonly string[]
  /** The frame that says that it could not be done, if it has one of its own. */
  refusal?: string
}

/** A frame that clients hear. */
export interface Told {
  payload: Type
  /** What it says, in one line. */
  summary: string
}

/** All frames of one dialect, by their names. */
export interface Frames {
  takes: Record<string, Taken>
  tells: Record<string, Told>
}

/** The payload of the frame of this name. */
export type PayloadOf<T extends Record<string, Told>, N extends keyof T> = InstanceType<T[N]['payload']>

/** Those of the frames whose payload has all fields of `P`. */
export type NameFor<T extends Record<string, Told>, P> = {
  [N in keyof T]: PayloadOf<T, N> extends P ? N : never
}[keyof T]

/** What a payload is before it was looked at. */
type Unchecked<P> = { [F in keyof P]?: unknown }

/** How each frame's payload becomes its command's input, in a room if the path names one. */
export type Inputs<T extends Record<string, Taken>> = {
  [N in keyof T]: (
    data: T[N] extends { payload: infer P extends Type } ? Unchecked<InstanceType<P>> : object,
    roomId: string | undefined,
  ) => object
}

/** What happened, of one type. */
export type EventOf<T extends ChatEvent['type'], E = ChatEvent> = E extends { type: infer Types }
  ? T extends Types
    ? E
    : never
  : never

type Input = (data: Record<string, unknown>, roomId: string | undefined) => object

/** Reads what is asked by a table of frames. Where no inputs are given, payloads are the commands' own. */
export function decoderOf<T extends Record<string, Taken>>(takes: T, inputs?: Inputs<T>) {
  const taken = new Map<string, Taken>(Object.entries(takes))
  return (event: string, payload: unknown, place?: Place): Call | null => {
    const asked = taken.get(event)
    if (!asked) return null
    const input = inputs?.[event] as Input | undefined
    return { command: asked.command, payload: input ? input(fieldsOf(payload), place?.roomId) : payload }
  }
}

/** Writes a frame of a dialect: its payload is of the class that the table names. */
export type Teller<T extends Record<string, Told>> = <N extends keyof T & string>(
  name: N,
  payload: PayloadOf<T, N>,
) => string
