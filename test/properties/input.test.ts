/** Whatever JSON comes in: it is read exactly as it is, or refused with the fields that are wrong. */
import { validateSync } from 'class-validator'
import fc from 'fast-check'
import { ChatError } from '../../src/contract/errors.js'
import { uuidFieldsOf } from '../../src/contract/fields.js'
import { readInput, type Input } from '../../src/contract/input.js'
import { isValid } from '../../src/contract/quick-check.js'
import { anyJson, bodyOf, fieldsOf } from './arbitraries.js'
import { allDtos } from './dtos.js'

/** Seed 004's clients send it to join_room, where it means nothing. */
const ignored = ['text_message']

const read = (input: Input<object>, value: unknown): object | ChatError => {
  try {
    return readInput(input, value)
  } catch (error) {
    if (error instanceof ChatError) return error
    throw error
  }
}

describe('readInput', () => {
  let dtos: [string, Input<object>][]
  beforeAll(async () => {
    dtos = await allDtos()
  })

  const inSmallLetters = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inSmallLetters)
    return typeof value === 'string' ? value.toLowerCase() : value
  }

  /** As it was sent, with the defaults of what was left out, and UUIDs as PostgreSQL writes them. */
  const expected = (input: Input<object>, value: object) => {
    const uuids = new Set(uuidFieldsOf(new input()))
    const sent = Object.entries(value).map(([name, part]) => [name, uuids.has(name) ? inSmallLetters(part) : part])
    return { ...new input(), ...Object.fromEntries(sent) }
  }

  function requireRefusal(error: ChatError): false {
    expect(error).toMatchObject({ code: 'validation_failed', status: 400 })
    const errors = error.details.errors!
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.filter(({ message }) => !message)).toEqual([])
    return false
  }

  function requireTaken(input: Input<object>, value: object, result: object): true {
    const fields = fieldsOf(input)
    const names = new Set([...fields.map(({ name }) => name), ...ignored])
    expect(Object.keys(value).filter((name) => !names.has(name))).toEqual([])
    expect(fields.filter(({ name, required }) => required && !Object.hasOwn(value, name))).toEqual([])
    expect({ ...result }).toEqual(expected(input, value))
    expect(Object.getPrototypeOf(result)).toBe(input.prototype)
    return true
  }

  /** Whether it is taken. */
  function check(input: Input<object>, value: unknown): boolean {
    const result = read(input, value)
    return result instanceof ChatError ? requireRefusal(result) : requireTaken(input, value as object, result)
  }

  it('takes a body that fits its DTO as it is, and refuses every other by its fields', () => {
    const taken: Record<string, number> = {}
    for (const [name, input] of dtos) {
      taken[name] = 0
      fc.assert(
        fc.property(bodyOf(input), (value) => {
          if (check(input, value)) taken[name]!++
        }),
        { numRuns: 400 },
      )
    }
    expect(Object.entries(taken).filter(([, count]) => count < 20)).toEqual([])
  })

  it('finds valid exactly what class-validator finds valid', () => {
    for (const [name, input] of dtos) {
      fc.assert(
        fc.property(fc.oneof(bodyOf(input), fc.object()), (value) => {
          // By these names it finds a prototype's method, and calls it known.
          fc.pre(!Object.keys(value as object).some((name) => name in Object.prototype))
          // Half a surrogate pair, of which `readInput` lets none through, makes it throw.
          fc.pre(!/\\ud[89a-f]/.test(JSON.stringify(value)))
          const read = Object.assign(new input(), value)
          const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false }
          expect([name, isValid(read)]).toEqual([name, validateSync(read, options).length === 0])
        }),
        { numRuns: 400 },
      )
    }
  })

  it('is never surprised, whatever JSON it is given', () => {
    for (const [, input] of dtos) {
      fc.assert(
        fc.property(anyJson(), (value) => {
          expect(typeof check(input, value)).toBe('boolean')
        }),
        { numRuns: 200 },
      )
    }
  })

  it('keeps nothing of what was inherited', () => {
    const names = Object.getOwnPropertyNames(Object.prototype)
    for (const [, input] of dtos) {
      for (const name of names) {
        const value = JSON.parse(`{ ${JSON.stringify(name)}: 1 }`)
        expect(read(input, value)).toMatchObject({ code: 'validation_failed', details: { errors: [{ field: name }] } })
      }
    }
  })

  it('does not change what it was given', () => {
    for (const [, input] of dtos) {
      fc.assert(
        fc.property(bodyOf(input), (value) => {
          const before = structuredClone(value)
          read(input, value)
          expect(value).toEqual(before)
        }),
        { numRuns: 50 },
      )
    }
  })
})
