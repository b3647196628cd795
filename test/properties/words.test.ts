/** What PostgreSQL is given of a text to search in. */
import fc from 'fast-check'
import { searchable, toSearchQuery } from '../../src/messages/search-text.js'

const text = fc.string({ unit: 'binary', maxLength: 200 })

it('is words, spaces and signs behind words alone', () => {
  fc.assert(fc.property(text, (any) => expect(searchable(any) ?? '').toMatch(/^[\p{L}\p{N}\p{M}\s,?!.]*$/u)))
})

it('is the same, whoever sends again what was made of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '1', ' ', '@', '.', '<', '_') }), (any) => {
      const once = searchable(any) ?? any
      expect(searchable(once) ?? once).toBe(once)
    }),
  )
})

it('is asked for by words and operators alone', () => {
  fc.assert(fc.property(text, (any) => expect(toSearchQuery(any)).toMatch(/^(['\p{L}\p{N}\p{M}&|!() ]|:\*|<->)*$/u)))
})
