import { applyDecorators } from '@nestjs/common'
import { ApiProperty } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  ValidateBy,
  ValidateIf,
  validateSync,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator'
import { ChatError, type FieldError } from './errors.js'
import { uuidFieldsOf } from './fields.js'
import { isValid } from './quick-check.js'

export type Input<T> = new () => T

const maxDepth = 32

/** Why a JSON value cannot be taken at all, whatever field it is in; null if it can. */
function unstorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return unstorableText(value)
  if (typeof value === 'number') return unstorableNumber(value)
  if (typeof value !== 'object' || value === null) return null
  if (depth === maxDepth) return `must not be nested deeper than ${maxDepth} levels`
  if (Buffer.isBuffer(value)) return 'must not be binary'
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return 'must not have a key __proto__'
    const reason = unstorableText(key) ?? unstorable((value as Record<string, unknown>)[key], depth + 1)
    if (reason) return reason
  }
  return null
}

/** PostgreSQL stores neither U+0000 nor half a surrogate pair, and what is stored is to be what was sent. */
function unstorableText(text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain the character U+0000'
  return text.isWellFormed() ? null : 'must not contain half a surrogate pair'
}

/** Can PostgreSQL store it as it is? */
export const isStorable = (text: string): boolean => unstorableText(text) === null

/** Beyond this JSON is read as another number than was sent (1e999 even as none), and what is stored is to be that. */
function unstorableNumber(value: number): string | null {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? null : 'must not contain a number beyond 2^53: send it as a text'
}

const flatten = (errors: ValidationError[]): FieldError[] =>
  errors.map(({ property, constraints = {} }) => ({
    field: property.slice(0, 100),
    message: 'whitelistValidation' in constraints ? 'is not a field here' : Object.values(constraints).at(-1)!,
  }))

const invalid = (errors: FieldError[]): ChatError =>
  new ChatError('validation_failed', errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })

const errorsOf = (read: object): ValidationError[] =>
  validateSync(read, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false })

/** Checks that `value` has exactly the fields of `input`, each within its limits. Throws `validation_failed`. */
export function readInput<T extends object>(input: Input<T>, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value)) {
    throw invalid([{ field: 'body', message: 'must be a JSON object' }])
  }
  for (const [field, part] of Object.entries(value)) {
    // class-validator keeps fields in a literal: by these names it would find a prototype's method and call it known.
    const message = field in Object.prototype ? 'is not a field here' : (unstorableText(field) ?? unstorable(part))
    if (message) throw invalid([{ field: field.slice(0, 100), message }])
  }
  const read = Object.assign(new input(), value)
  if (!isValid(read)) throw invalid(flatten(errorsOf(read)))
  return readLists(lowerUuids(read))
}

const lower = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toLowerCase()
  return Array.isArray(value) ? value.map(lower) : value
}

function lowerUuids<T extends object>(read: T): T {
  const fields = read as Record<string, unknown>
  for (const name of uuidFieldsOf(read)) if (fields[name]) fields[name] = lower(fields[name])
  return read
}

/** A field that is itself an object with fields of its own. */
export const Part = <T extends object>(input: Input<T>, description: string): PropertyDecorator => {
  const reasonAgainst = (value: unknown): string => {
    try {
      readInput(input, value)
      return ''
    } catch (error) {
      return (error as ChatError).message
    }
  }
  const validator = {
    validate: (value: unknown) => !reasonAgainst(value),
    defaultMessage: (about?: ValidationArguments) => `is not valid: ${reasonAgainst(about?.value)}`,
  }
  return applyDecorators(
    ValidateBy({ name: 'part', validator }),
    ValidateIf((_, value) => value !== undefined),
    ApiProperty({ type: input, required: false, description }),
  )
}

interface ListOptions<T> {
  min: number
  max: number
  /** No two items may have the same of this. */
  by: (item: T) => string
}

interface List {
  input: Input<object>
  by: (item: never) => string
}

const lists = Symbol('lists')

const listsOf = (target: object): [string, List][] => Reflect.getMetadata(lists, target) ?? []

/** A list of objects with fields of their own. */
export const Parts = <T extends object>(input: Input<T>, { min, max, by }: ListOptions<T>): PropertyDecorator =>
  applyDecorators(
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(min, { message: `must have ${min} or more` }),
    ArrayMaxSize(max, { message: `must have no more than ${max}` }),
    (target: object, name: string | symbol) =>
      Reflect.defineMetadata(lists, [...listsOf(target), [name, { input, by }]], target),
    ApiProperty({ type: [input], minItems: min, maxItems: max }),
  )

function readLists<T extends object>(read: T): T {
  const fields = read as Record<string, unknown>
  for (const [name, { input, by }] of listsOf(read)) {
    const items = (fields[name] as unknown[]).map((item, index) =>
      within(`${name}.${index}`, () => readInput(input, item)),
    )
    if (new Set(items.map((item) => by(item as never))).size < items.length) {
      throw invalid([{ field: name, message: 'must name each only once' }])
    }
    fields[name] = items
  }
  return read
}

/** What is wrong with a part, said with the part's place. */
function within<T>(place: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    const { errors = [] } = error.details
    throw invalid(
      errors.map(({ field, message }) => ({ field: field === 'body' ? place : `${place}.${field}`, message })),
    )
  }
}
