/** What may come in: texts and JSON of every kind, and bodies as the DTOs themselves say them. */
import fc, { type Arbitrary } from 'fast-check'
import type { Input } from '../../src/contract/input.js'

/** Every UTF-16 unit, so also halves of surrogate pairs, which no character is. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
/** Right to left, combining, joining, invisible, and at the edges of planes. */
const odd = fc.constantFrom(
  ...'אب\u0301\u200d\u202e\ufeff\ufffe\uffff\u{10000}\u{10ffff}👩‍👩‍👧\t\r\n \u00a0\u2028\u0085'.split(''),
)
const fine = fc.constantFrom(
  'נ',
  'ب',
  'e\u0301',
  '\u202e',
  '\ufeff',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
  '👩‍👩‍👧',
  '\r\n',
  ' ',
)

export const anyText = (maxLength = 40): Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength }),
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: fine, maxLength }),
    fc.string({ unit: odd, maxLength }),
    fc.string({ unit, maxLength }),
  )

/** What PostgreSQL holds, and UTF-8 carries. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Names that a careless lookup finds in every object. */
const inherited = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'toJSON',
)

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53, -(2 ** 53), 1e300, 5e-324, 0.1),
)

/** Any JSON, with keys and texts of every kind. `__proto__` is a key like others here, as JSON.parse makes it. */
export const anyJson = (maxDepth = 4): Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth }, tie('leaf'), tie('list'), tie('object')),
    leaf: fc.oneof(anyText(12), number, fc.boolean(), fc.constant(null)),
    list: fc.array(tie('value'), { maxLength: 5 }),
    object: fc.array(fc.tuple(fc.oneof(anyText(6), inherited), tie('value')), { maxLength: 5 }).map(fromEntries),
  })).value

/** Object.fromEntries, but that `__proto__` is a key even where the engine would set the prototype. */
export const fromEntries = (entries: [string, unknown][]): object => Object.fromEntries(entries)

/** What Swagger is told of a field. */
export interface Field {
  name: string
  required: boolean
  nullable?: boolean
  type?: unknown
  isArray?: boolean
  format?: string
  enum?: readonly string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export function fieldsOf(input: Input<object>): Field[] {
  const names: string[] = Reflect.getMetadata('swagger/apiModelPropertiesArray', input.prototype) ?? []
  return names.map((colonName) => {
    const name = colonName.slice(1)
    return { name, ...Reflect.getMetadata('swagger/apiModelProperties', input.prototype, name) }
  })
}

const text = ({ minLength = 0, maxLength = 40 }: Field): Arbitrary<string> =>
  fc.oneof(
    anyText(Math.min(maxLength, 30)).filter((value) => value.length >= minLength),
    fc.constantFrom(maxLength, maxLength + 1).map((length) => '👍'.repeat(length)),
  )

const whole = ({ minimum = 0, maximum = 1 }: Field): Arbitrary<number> =>
  fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, 0.5))

const origin = fc.webUrl().map((url) => new URL(url).origin)

const formats: ReadonlyMap<string, Arbitrary<unknown>> = new Map([
  ['uri', fc.webUrl({ withFragments: true, withQueryParameters: true })],
  ['email', fc.emailAddress()],
  [
    'date-time',
    fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }).map((time) => time.toISOString()),
  ],
])

const types: ReadonlyMap<unknown, (field: Field) => Arbitrary<unknown>> = new Map<
  unknown,
  (field: Field) => Arbitrary<unknown>
>([
  [String, text],
  [Boolean, () => fc.boolean()],
  ['integer', whole],
  [Object, () => anyJson()],
  [undefined, () => anyJson()],
])

function itemOf({ type, format }: Field, uuids: Arbitrary<string>): Arbitrary<unknown> {
  if (format === 'uuid') return uuids
  return type === String ? origin : bodyOf(type as Input<object>, uuids)
}

/** A value that mostly fits the field. `uuids` are ids of what is there. */
function valueOf(field: Field, uuids: Arbitrary<string>): Arbitrary<unknown> {
  const { type, format, enum: words, maxItems = 3 } = field
  if (words) return fc.constantFrom(...words)
  if (field.isArray) return fc.array(itemOf(field, uuids), { maxLength: Math.min(maxItems, 3) })
  if (format !== undefined) return formats.get(format) ?? uuids
  return types.get(type)?.(field) ?? bodyOf(type as Input<object>, uuids)
}

/** A body that mostly fits the DTO; in places something else, something too much, or nothing. */
export function bodyOf(input: Input<object>, uuids: Arbitrary<string> = fc.uuid()): Arbitrary<unknown> {
  const all = fieldsOf(input)
  // Half of those that may be missing; of very many about four, or hardly any body would be right in all of them.
  const optional = all.filter(({ required }) => !required).length
  const oneIn = Math.max(2, Math.ceil(optional / 4))
  const fields = all.map((field) => {
    const good = valueOf(field, uuids)
    const value = fc.oneof(
      { weight: 12, arbitrary: good },
      { weight: 1, arbitrary: anyJson(2) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    const there = fc.nat(oneIn - 1).map((n) => n === 0 || field.required)
    return fc.tuple(there, value).map(([yes, part]): [string, unknown][] => (yes ? [[field.name, part]] : []))
  })
  const strange = fc.tuple(fc.oneof(inherited, anyText(5), fc.constant('tenant_id')), anyJson(1))
  const extra: Arbitrary<[string, unknown][]> = fc.oneof(
    { weight: 9, arbitrary: fc.constant([] as [string, unknown][]) },
    { weight: 1, arbitrary: strange.map((entry): [string, unknown][] => [entry]) },
  )
  return fc.tuple(...fields, extra).map((parts) => fromEntries(parts.flat()))
}
