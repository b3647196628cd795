/** The JSON Schemas of all payloads, made from their classes as Swagger's are. */
import type { Type } from '@nestjs/common'
import { generateSchema } from '@nestjs/swagger'
import { commands } from './commands.js'
import type { Taken } from './dialects/frames.js'
import type { Wire } from './wires.js'

export interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  oneOf?: Schema[]
  enum?: unknown[]
  format?: string
  description?: string
  examples?: unknown[]
  const?: unknown
  additionalProperties?: boolean
}

/** As OpenAPI 3.0 writes it. */
type OpenApiSchema = Schema & { nullable?: boolean; example?: unknown; allOf?: Schema[] }

/** The class of what clients send: the frame's, or the command's own input. */
export const payloadOf = ({ payload, command }: Taken): Type => payload ?? commands.get(command)!.input

const classesOf = ({ frames: { takes, tells } }: Wire): Type[] => [
  ...Object.values(takes).flatMap((taken) => [payloadOf(taken), ...(taken.answer ? [taken.answer] : [])]),
  ...Object.values(tells).map(({ payload }) => payload),
]

type Named = Record<string, OpenApiSchema>

const exploredOf = (wire: Wire): Named =>
  Object.assign({}, ...classesOf(wire).map((one) => generateSchema(one).schemas)) as Named

/** All schemas by their names, and the name of a class in a wire: its own, unless two wires mean different things by it. */
export function frameSchemas(wires: readonly Wire[]) {
  const explored = new Map(wires.map((wire) => [wire.name, exploredOf(wire)]))
  const isAlike = (name: string): boolean =>
    new Set([...explored.values()].filter((named) => name in named).map((named) => JSON.stringify(named[name]))).size <
    2
  const nameOf = (wire: string, name: string): string => (isAlike(name) ? name : `${wire}.${name}`)
  const schemas = [...explored].flatMap(([wire, named]) =>
    Object.entries(named).map(([name, schema]) => [nameOf(wire, name), closed(schema, (ref) => nameOf(wire, ref))]),
  )
  return {
    schemas: Object.fromEntries(schemas) as Record<string, Schema>,
    refTo: (wire: Wire, type: Type): Schema => ({ $ref: pathOf(nameOf(wire.name, type.name)) }),
  }
}

const pathOf = (name: string): string => `#/components/schemas/${name}`

type Rename = (name: string) => string

/** In JSON Schema's words; an object has no fields but those that are named. */
function closed(schema: OpenApiSchema, rename: Rename): Schema {
  const { nullable, example, allOf, properties, items, oneOf, type, $ref, ...rest } = schema
  if ($ref) return { $ref: pathOf(rename($ref.split('/').at(-1)!)) }
  const inner = (part: Schema): Schema => closed(part, rename)
  const said: Schema = {
    // Beside a choice Swagger writes a type that is not always that of the choices.
    ...(!oneOf && !allOf && type && { type }),
    ...rest,
    ...(example !== undefined && { examples: [example] }),
    ...(items && { items: inner(items) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(allOf && { oneOf: allOf.map(inner) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])),
      additionalProperties: false,
    }),
  }
  return nullable ? orNull(said) : said
}

function orNull(schema: Schema): Schema {
  if (schema.oneOf) return { ...schema, oneOf: [...schema.oneOf, { type: 'null' }] }
  return { ...schema, type: [schema.type as string, 'null'], ...(schema.enum && { enum: [...schema.enum, null] }) }
}
