/** Which texts are one emoji, and which are one and the same. */
import fc from 'fast-check'
import { readEmoji, toEmoji } from '../../src/messages/emoji.js'

const graphemes = (text: string): string[] => [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment)

describe('one emoji', () => {
  it.each([
    ['a sign of its own', '👍', '👍'],
    ['a skin tone', '👍🏽', '👍🏽'],
    ['a family', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['a couple with two skin tones', '👩🏻‍❤️‍💋‍👨🏿', '👩🏻‍❤️‍💋‍👨🏿'],
    ['a flag', '🇩🇪', '🇩🇪'],
    ['a flag of tags', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['a keycap', '1️⃣', '1️⃣'],
    ['a keycap without its sign', '1\u20e3', '1\ufe0f\u20e3'],
    ['a heart shown as text', '\u2764', '\u2764\ufe0f'],
    ['a heart that asks to be text', '\u2764\ufe0e', '\u2764\ufe0f'],
    ['a heart', '\u2764\ufe0f', '\u2764\ufe0f'],
    ['a thumb with a sign that it need not have', '👍\ufe0f', '👍'],
    ['a rainbow flag without its sign', '\u{1f3f3}\u200d🌈', '\u{1f3f3}\ufe0f\u200d🌈'],
    [
      'a detective, whose tone stands for the sign',
      '\u{1f575}\u{1f3fb}\u200d\u2642',
      '\u{1f575}\u{1f3fb}\u200d\u2642\ufe0f',
    ],
    ['an eye in a bubble', '\u{1f441}\u200d\u{1f5e8}', '\u{1f441}\ufe0f\u200d\u{1f5e8}\ufe0f'],
    ['a tone alone', '🏽', '🏽'],
    ['a trade mark', '\u2122', '\u2122\ufe0f'],
  ])('%s: %j is stored as %j', (_, text, emoji) => {
    expect(toEmoji(text)).toBe(emoji)
  })

  it.each([
    ['nothing', ''],
    ['a letter', 'a'],
    ['a digit', '1'],
    ['a digit that asks for colours', '1\ufe0f'],
    ['a sign of presentation alone', '\ufe0f'],
    ['a word', 'thumbsup'],
    ['a short code', ':+1:'],
    ['two of them', '👍👍'],
    ['one and a space', '👍 '],
    ['one and a line', '👍\n'],
    ['one and a letter', '👍a'],
    ['half of one', '\ud83d'],
    ['a joiner alone', '\u200d'],
    ['one that joins nothing', '👩\u200d'],
    ['half a flag', '🇩'],
    ['no flag of anybody', '🇽🇽'],
    ['U+0000', '\0'],
    ['very many', '👩‍'.repeat(100)],
  ])('is none: %s', (_, text) => {
    expect(toEmoji(text)).toBeNull()
    expect(() => readEmoji(text)).toThrow(expect.objectContaining({ code: 'validation_failed' }))
  })

  const piece = fc.constantFrom(
    ...[
      '👍',
      '❤',
      '👩',
      '🏽',
      '\u200d',
      '\ufe0f',
      '\ufe0e',
      '🇩',
      '🇪',
      '1',
      '#',
      '\u20e3',
      'a',
      '🌈',
      '🏳',
      '♂',
      '\u{e0067}',
    ],
  )

  it('whatever comes in: what is taken is one grapheme that stays as it is, and is one with its other forms', () => {
    const property = fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const emoji = toEmoji(pieces.join(''))
      if (emoji === null) return
      expect(graphemes(emoji)).toHaveLength(1)
      expect(toEmoji(emoji)).toBe(emoji)
      expect(toEmoji(emoji.replaceAll('\ufe0f', ''))).toBe(emoji)
    })
    fc.assert(property, { numRuns: 2000, examples: [[['❤']], [['🏳', '\u200d', '🌈']], [['👩', '🏽']]] })
  })

  it('of any text, is at most one grapheme', () => {
    const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 3 }), (text) => {
      if (toEmoji(text) !== null) expect(graphemes(text)).toHaveLength(1)
    })
    fc.assert(property, { numRuns: 500 })
  })
})
