/** What is handed out to be sent back: cursors of pages, and answers that are kept for a repeat. */
import fc from 'fast-check'
import { ChatError } from '../../src/contract/errors.js'
import { readCursor, toPage, type Position } from '../../src/contract/page.js'
import { seal, unseal } from '../../src/http/idempotency/seal.js'
import { anyJson, anyText } from './arbitraries.js'

const inBase64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Where a cursor points to, or how it is refused. */
function placeOf(cursor: string): string {
  try {
    const { id, time } = readCursor(cursor)!
    return `${id} ${time}`
  } catch (error) {
    return error instanceof ChatError ? error.code : String(error)
  }
}

/** By whatever Node says of it. */
const unreadable = /authenticate|auth|iv|initialization/i

describe('a page', () => {
  const row = fc.record({
    id: fc.uuid(),
    time: fc.option(
      fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
    ),
  })

  it('ends where its cursor says, and only if there is more', () => {
    const property = fc.property(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 10 }), (rows, limit) => {
      const read = rows.slice(0, limit + 1)
      const page = toPage(
        read,
        limit,
        (position) => position,
        ({ id }) => id,
      )
      expect(page.items).toEqual(rows.slice(0, limit).map(({ id }) => id))
      const last: Position | null = rows.length > limit ? rows[limit - 1]! : null
      expect(readCursor(page.next_cursor ?? undefined)).toEqual(last)
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('walked by its cursors shows every row once, in order', () => {
    const property = fc.property(
      fc.uniqueArray(fc.uuid(), { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (ids, limit) => {
        const rows = ids.toSorted()
        const seen: string[] = []
        for (let cursor: string | null | undefined; cursor !== null;) {
          const after = readCursor(cursor)?.id ?? ''
          const read = rows.filter((id) => id > after).slice(0, limit + 1)
          const page = toPage(
            read,
            limit,
            (id) => ({ id, time: null }),
            (id) => id,
          )
          seen.push(...page.items)
          cursor = page.next_cursor
        }
        expect(seen).toEqual(rows)
      },
    )
    fc.assert(property, { numRuns: 200 })
  })

  it('has a cursor that is read, or refused as what it is', () => {
    const cursor = fc.oneof(anyText(), anyJson(2).map(inBase64), fc.tuple(fc.uuid(), anyText()).map(inBase64))
    const property = fc.property(cursor, (text) => {
      expect(placeOf(text)).toMatch(/^([0-9a-f-]{36} (null|\d{4}-\d\d-\d\dT[\d:.]{12}Z)|invalid_cursor)$/i)
    })
    fc.assert(property, { numRuns: 500 })
  })
})

describe('a sealed answer', () => {
  it('is opened by its own secret, and is then the same', () => {
    const property = fc.property(anyText(), anyJson(), (secret, answer) => {
      expect(unseal(secret, seal(secret, answer))).toEqual(JSON.parse(JSON.stringify(answer)))
    })
    fc.assert(property, { numRuns: 100 })
    expect(unseal('secret', seal('secret', undefined))).toBeNull()
  })

  it('is opened by no other secret', () => {
    const property = fc.property(anyText(), anyText(), anyJson(), (secret, other, answer) => {
      // A half of a surrogate pair has no bytes of its own: as a key it is the mark for what is no character.
      fc.pre(secret.toWellFormed() !== other.toWellFormed())
      expect(() => unseal(other, seal(secret, answer))).toThrow(unreadable)
    })
    fc.assert(property, { numRuns: 100 })
  })

  it('is not opened when a bit of it was changed or its end is missing', () => {
    const property = fc.property(anyText(), anyJson(), fc.nat(), fc.nat(7), (secret, answer, place, bit) => {
      const sealed = seal(secret, answer)
      const changed = Buffer.from(sealed)
      changed[place % sealed.length]! ^= 1 << bit
      expect(() => unseal(secret, changed)).toThrow(unreadable)
      expect(() => unseal(secret, sealed.subarray(0, place % sealed.length))).toThrow(unreadable)
    })
    fc.assert(property, { numRuns: 100 })
  })

  it('shows neither what it is nor that another is the same', () => {
    const property = fc.property(fc.string({ minLength: 8, unit: 'grapheme-ascii' }), (answer) => {
      expect(seal('secret', { token: answer }).includes(answer)).toBe(false)
      expect(seal('secret', answer).equals(seal('secret', answer))).toBe(false)
    })
    fc.assert(property, { numRuns: 50 })
  })
})
