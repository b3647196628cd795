import 'reflect-metadata'
/** The fields of what comes in. One decorator says a field's check, its limits and its place in Swagger. */
import { applyDecorators } from '@nestjs/common'
import { ApiProperty } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsUUID,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator'
import { anyJson } from './examples.js'

interface FieldOptions {
  description?: string
  example?: unknown
  /** May be left out. */
  optional?: boolean
  /** May be null, which takes a value away. */
  nullable?: boolean
}

const field = (options: FieldOptions, schema: object, ...checks: PropertyDecorator[]): PropertyDecorator => {
  const { description, example, optional = false, nullable = false } = options
  const absent = (value: unknown): boolean => (optional && value === undefined) || (nullable && value === null)
  return applyDecorators(
    ...checks,
    ValidateIf((_, value) => !absent(value)),
    ApiProperty({
      ...schema,
      required: !optional,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      ...(nullable && { nullable }),
    }),
  )
}

const check = (name: string, passes: (value: unknown) => boolean, message: string): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: passes, defaultMessage: () => message } })

/** Counts as people do: an emoji outside the basic plane is one. */
const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

const textCheck = (min: number, max: number): PropertyDecorator =>
  check(
    'text',
    // A code point is one or two units: most texts are decided without counting.
    (value) =>
      typeof value === 'string' &&
      value.length >= min &&
      value.length <= 2 * max &&
      (min === 1 || value.length >= 2 * min || codePoints(value) >= min) &&
      (value.length <= max || codePoints(value) <= max),
    `must be a text of ${min} to ${max} characters (Unicode code points)`,
  )

/** A text of `min` to `max` Unicode code points. */
export const Text = (options: FieldOptions & { min?: number; max: number }): PropertyDecorator => {
  const { min = 1, max } = options
  return field(options, { type: String, minLength: min, maxLength: max }, textCheck(min, max))
}

/** A whole number from `min` to `max`. */
export const Whole = (options: FieldOptions & { min: number; max: number; default?: number }): PropertyDecorator => {
  const { min, max } = options
  const message = `must be a whole number from ${min} to ${max}`
  const schema = { type: 'integer', minimum: min, maximum: max, ...(options.default && { default: options.default }) }
  return field(options, schema, IsInt({ message }), Min(min, { message }), Max(max, { message }))
}

export const Flag = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: Boolean }, IsBoolean({ message: 'must be true or false' }))

export const OneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  field(options, { enum: values, type: String }, IsIn(values, { message: `must be one of ${values.join(', ')}` }))

const uuid = 'must be a UUID'

const uuidFields = Symbol('uuidFields')

/** Remembers the field, so that `readInput` writes its UUIDs as PostgreSQL does: in small letters. */
const markUuid: PropertyDecorator = (target, name) => {
  Reflect.defineMetadata(uuidFields, [...uuidFieldsOf(target), name as string], target)
}

export const uuidFieldsOf = (target: object): string[] => Reflect.getMetadata(uuidFields, target) ?? []

export const Uuid = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'uuid' }, IsUUID('all', { message: uuid }), markUuid)

const inSmallLetters = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** UUIDs, each of them once. */
export const Uuids = (options: FieldOptions & { min?: number; max: number }): PropertyDecorator => {
  const { min = 0, max } = options
  return field(
    options,
    { type: [String], format: 'uuid', minItems: min, maxItems: max, uniqueItems: true },
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(min, { message: `must have ${min} or more` }),
    ArrayMaxSize(max, { message: `must have no more than ${max}` }),
    ArrayUnique(inSmallLetters, { message: 'must name each only once' }),
    IsUUID('all', { each: true, message: `each ${uuid}` }),
    markUuid,
  )
}

const isLink = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 2048 && URL.canParse(value) && /^https?:/i.test(value)

/** An http or https address of up to 2,048 characters: never `javascript:`, which a page would run. */
export const Link = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'uri', maxLength: 2048 }, check('link', isLink, 'must be an http(s) URL'))

export const Email = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: String, format: 'email', maxLength: 254 },
    IsEmail({ require_tld: false }, { message: 'must be an email address' }),
  )

const isTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/.test(value) &&
  Date.parse(value) >= 0

/** A moment as ISO 8601 writes it, with its time zone; a date alone is its beginning in UTC. */
export const Time = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: String, format: 'date-time', minLength: 10, maxLength: 35 },
    check('time', isTime, 'must be a time like 2026-11-21T09:30:00Z'),
  )

const isDay = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(value) &&
  Date.parse(value) >= 0 &&
  new Date(value).toISOString().startsWith(value)

/** A day of the calendar, as `2026-11-21`. */
export const Day = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: String, format: 'date', minLength: 10, maxLength: 10 },
    check('day', isDay, 'must be a day like 2026-11-21'),
  )

const isOrigin = (value: unknown): boolean =>
  value === '*' || (typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value)

/** Browser origins, as `https://app.example`, or `*` for any. */
export const Origins = (options: FieldOptions): PropertyDecorator =>
  field(
    options,
    { type: [String], maxItems: 100 },
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(100, { message: 'must have no more than 100' }),
    check('origins', (v) => Array.isArray(v) && v.every(isOrigin), 'each must be an origin like https://app.example'),
  )

/** Any JSON of up to 4 KiB, or of so many KiB, given back as it is. */
export function AnyJson(options: FieldOptions & { maxKiB?: number } = {}): PropertyDecorator {
  const { maxKiB = 4, ...rest } = options
  const fits = (value: unknown): boolean => Buffer.byteLength(JSON.stringify(value)) <= maxKiB * 1024
  return field(
    { description: `Any JSON, up to ${maxKiB} KiB`, example: { plan: 'pro' }, nullable: true, ...rest },
    { oneOf: anyJson.oneOf },
    check('json', fits, `must be JSON of up to ${maxKiB} KiB`),
  )
}
