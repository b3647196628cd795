import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common'
import { readInput, type Input } from '../contract/input.js'

const native = new Set<unknown>([String, Number, Boolean, Array, Object, undefined])

/** Reads bodies and queries as their DTOs say. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (native.has(metatype) || (type !== 'body' && type !== 'query')) return value
    const input = metatype as Input<object>
    return readInput(input, type === 'query' ? fromQuery(input, value as Query) : orEmpty(value))
  }
}

/** No body at all is an empty one; `null` is none that anybody meant. */
const orEmpty = (body: unknown): unknown => (body === undefined ? {} : body)

type Query = Record<string, unknown>

/** A query has only texts: those of numbers and flags are read by the type that the DTO declares. */
function fromQuery(input: Input<object>, query: Query): Query {
  return Object.fromEntries(Object.entries(query).map(([name, text]) => [name, read(typeOf(input, name), text)]))
}

const typeOf = (input: Input<object>, name: string): unknown =>
  Reflect.getMetadata('design:type', input.prototype, name)

function read(type: unknown, text: unknown): unknown {
  if (type === Number && typeof text === 'string' && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (type === Boolean && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** The body of a route that takes none. */
export class NoBody {}
