import { ids, time } from '../contract/examples.js'
import type { Schema } from './frame-schemas.js'

const ofType = new Map<string, unknown>([
  ['string', 'text'],
  ['boolean', true],
  ['integer', 1],
  ['number', 1],
  ['null', null],
])

const ofFormat = new Map<string, unknown>([
  ['uuid', ids.room],
  ['date-time', time],
])

type Schemas = Record<string, Schema>

/** A payload as the schema says, by the fields' own examples. What may be left out is, unless it has one. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  const { $ref, examples, enum: values, const: only, oneOf } = schema
  if ($ref) return exampleOf(schemas[$ref.split('/').at(-1)!]!, schemas)
  const [said] = examples ?? values ?? (only === undefined ? [] : [only])
  if (said !== undefined) return said
  return oneOf ? exampleOf(oneOf[0]!, schemas) : madeUp(schema, schemas)
}

function madeUp({ format = '', items, properties, required = [], type = 'object' }: Schema, schemas: Schemas): unknown {
  if (properties) {
    const shown = Object.entries(properties).filter(([name, { examples }]) => examples || required.includes(name))
    return Object.fromEntries(shown.map(([name, part]) => [name, exampleOf(part, schemas)]))
  }
  if (items) return [exampleOf(items, schemas)]
  return ofFormat.get(format) ?? ofType.get([type].flat()[0]!) ?? {}
}
