/** Does a value fit a schema of OpenAPI 3.0, and does the schema name every field of it? */
import { isEmail, isRFC3339, isUUID } from 'class-validator'

export interface Schema {
  $ref?: string
  type?: string
  format?: string
  nullable?: boolean
  enum?: unknown[]
  allOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: boolean
  required?: string[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  example?: unknown
  description?: string
}

export type Schemas = Record<string, Schema>

/** `UserView.email` and so on: which fields were there in what was checked. */
export type Seen = Set<string>

const formats = new Map<string, (text: string) => boolean>([
  ['uuid', (text) => isUUID(text)],
  ['date-time', (text) => isRFC3339(text)],
  ['date', (text) => isRFC3339(`${text}T00:00:00Z`)],
  ['email', (text) => isEmail(text, { require_tld: false })],
  ['uri', (text) => URL.canParse(text)],
])

const types = new Map<string, (value: unknown) => boolean>([
  ['string', (value) => typeof value === 'string'],
  ['boolean', (value) => typeof value === 'boolean'],
  ['number', (value) => typeof value === 'number'],
  ['integer', (value) => Number.isInteger(value)],
  ['array', (value) => Array.isArray(value)],
  ['object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
])

export const nameOf = (ref: string): string => ref.split('/').at(-1)!

export class Checker {
  readonly seen: Seen = new Set()

  constructor(private readonly schemas: Schemas) {}

  /** What is wrong, each with its place; nothing if the value is as the schema says. */
  wrong(schema: Schema, value: unknown, place = 'it', name = ''): string[] {
    const { $ref, allOf, oneOf } = schema
    if ($ref) return this.wrong(this.schemas[nameOf($ref)] ?? {}, value, place, nameOf($ref))
    if (value === null && schema.nullable) return []
    if (allOf) return allOf.flatMap((part) => this.wrong(part, value, place))
    if (oneOf) return this.oneOf(oneOf, value, place)
    return ofType(schema, value, place) ?? this.within(schema, value, place, name)
  }

  /** Of the right type already. */
  private within(schema: Schema, value: unknown, place: string, name: string): string[] {
    if (typeof value === 'string') return this.text(schema, value, place)
    if (typeof value === 'number') return outside(value, schema.minimum, schema.maximum, place)
    if (Array.isArray(value)) return this.list(schema, value, place)
    return typeof value === 'object' ? this.object(schema, value as object, place, name) : []
  }

  private oneOf(choices: Schema[], value: unknown, place: string): string[] {
    return choices.some((choice) => !this.wrong(choice, value, place).length) ? [] : [`${place} is none of the choices`]
  }

  private text({ format, minLength, maxLength }: Schema, value: string, place: string): string[] {
    const length = outside([...value].length, minLength, maxLength, `the length of ${place}`)
    return format && !formats.get(format)?.(value) ? [...length, `${place} is no ${format}: ${value}`] : length
  }

  private list({ items = {}, minItems, maxItems, uniqueItems }: Schema, value: unknown[], place: string): string[] {
    const twice = uniqueItems && new Set(value).size < value.length ? [`${place} has one twice`] : []
    const parts = value.flatMap((item, index) => this.wrong(items, item, `${place}[${index}]`))
    return [...twice, ...outside(value.length, minItems, maxItems, `the length of ${place}`), ...parts]
  }

  private object(
    { properties = {}, required = [], additionalProperties }: Schema,
    value: object,
    place: string,
    name: string,
  ) {
    const missing = required.filter((field) => !(field in value)).map((field) => `${place} has no ${field}`)
    const fields = Object.entries(value).flatMap(([field, part]) => {
      const schema = properties[field]
      if (!schema) return additionalProperties ? [] : [`${place} has ${field}, which is not in the document`]
      this.seen.add(`${name}.${field}`)
      return this.wrong(schema, part, `${place}.${field}`)
    })
    return [...missing, ...fields]
  }
}

const outside = (value: number, min = -Infinity, max = Infinity, place: string): string[] =>
  value < min || value > max ? [`${place} is not from ${min} to ${max}: ${value}`] : []

/** Null if it is of the type. Nothing is wrong with anything where nothing is said. */
function ofType({ type, enum: values, ...rest }: Schema, value: unknown, place: string): string[] | null {
  if (!type && !values) return Object.keys(rest).length ? [`${place} has no type`] : []
  if (type && !types.get(type)?.(value)) return [`${place} is no ${type}: ${JSON.stringify(value)}`]
  if (values && !values.includes(value)) return [`${place} is none of ${values.join()}: ${JSON.stringify(value)}`]
  return null
}
