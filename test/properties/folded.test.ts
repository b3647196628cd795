/** Whatever stands around it: a name is taken out whole, however it is written, and nothing else is. */
import fc from 'fast-check'
import { replaceFolded } from '../../src/messages/folded.js'

it('of any text, nothing but the match is lost, and of a match nothing is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const text = `${before} Zoë\u0323 ${after}`
      const [left, right] = [before, after].map((one) => replaceFolded(one, /zoe/giu, '*'))
      expect(replaceFolded(text, /zoe/giu, '*')).toBe(`${left} * ${right}`)
      expect(replaceFolded(text, /(?!)/gu, '*')).toBe(text)
    }),
  )
})
