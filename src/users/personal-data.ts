import { Injectable } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'

/** By what somebody could be known from a text. */
export interface Names {
  display_name: string | null
  username: string | null
  external_id: string | null
  email: string | null
  phone: string | null
}

export const nameless: Names = { display_name: null, username: null, external_id: null, email: null, phone: null }

/** In the order of the features, in which an export has them. What is erased may ask those before it: they go later. */
const features = ['auth', 'usage', 'friends', 'rooms', 'messages', 'presence', 'livestreams'] as const

/** What one feature keeps about people, to be given to them and to be forgotten. */
export interface PersonalRecords {
  readonly feature: (typeof features)[number]
  /** Where it keeps that: no table that points to a user is without somebody who answers for it. */
  readonly tables: readonly string[]
  /** All of it, by section, in pieces of any number: nobody holds all of somebody's messages in memory. */
  sections(person: PersonKey): Record<string, AsyncIterable<object[]>>
  /** Takes from it whatever tells who it was. It may be broken off anywhere, and is then run again. */
  erase(person: PersonKey, names: Names): Promise<void>
}

/** Every feature that keeps something about people says so here. */
@Injectable()
export class PersonalData {
  private readonly all: PersonalRecords[] = []

  register(records: PersonalRecords): void {
    this.all.push(records)
    this.all.sort((a, b) => features.indexOf(a.feature) - features.indexOf(b.feature))
  }

  get tables(): string[] {
    return this.all.flatMap(({ tables }) => tables)
  }

  /** One JSON object, as text in pieces: `profile`, and a list for each section. */
  async *export(person: PersonKey, profile: object): AsyncGenerator<string> {
    yield `{"profile":${JSON.stringify(profile)}`
    for (const records of this.all) {
      for (const [name, pieces] of Object.entries(records.sections(person))) {
        yield `,${JSON.stringify(name)}:[`
        let separator = ''
        for await (const piece of pieces) {
          if (!piece.length) continue
          yield separator + piece.map((item) => JSON.stringify(item)).join()
          separator = ','
        }
        yield ']'
      }
    }
    yield '}'
  }

  async erase(person: PersonKey, names: Names): Promise<void> {
    for (const records of this.all.toReversed()) await records.erase(person, names)
  }
}

/** Rows that are held in memory at a time. */
const piece = 500

/** Pages of rows, each asked for by the last row of the one before, until one is not full. */
export async function* inPieces<Row, View extends object>(
  read: (after: Row | null, limit: number) => Promise<Row[]>,
  view: (row: Row) => View,
): AsyncGenerator<View[]> {
  let last: Row | null = null
  let rows: Row[]
  do {
    rows = await read(last, piece)
    yield rows.map(view)
    last = rows.at(-1) ?? null
  } while (rows.length === piece)
}
