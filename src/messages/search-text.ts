/**
 * What of a text is searched for: its words, which are runs of letters and figures. PostgreSQL is given these alone: its
 * parser looks far ahead for addresses and markup, again and again, where somebody writes a text to that end.
 *
 * Of a script that puts no spaces between words, each two characters that stand together are taken for a word, since most
 * words there have two. A phrase of such pairs is then found wherever it stands.
 */

/** What such scripts are written with, as a class of a regular expression. */
export const spacelessSigns =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]'

const spaceless = new RegExp(`${spacelessSigns}+`, 'gu')

const wordless = /[^\p{L}\p{N}\p{M}]+/gu

/** As most texts are. */
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** Of such a text all but words and the signs that stand behind them, which PostgreSQL reads as they are meant. */
const misread = /[^A-Za-z0-9\s,?!.]+|[,?!.](?=[^\s,?!.])/g

const pairs = (run: string): string[] => {
  const characters = [...run]
  return characters.length < 2 ? characters : characters.slice(1).map((next, place) => characters[place]! + next)
}

/** Signs that mean the same written in the same way, as full-width letters and accents that stand by themselves. */
const words = (text: string): string[] =>
  text
    .normalize('NFKC')
    .replace(wordless, ' ')
    .replace(spaceless, (run) => ` ${pairs(run).join(' ')} `)
    .split(' ')
    .filter(Boolean)

/** The words of a text; null if PostgreSQL finds them in it without help, as in most. */
export function searchable(text: string): string | null {
  if (isAscii(text)) {
    const read = text.replace(misread, ' ')
    return read === text ? null : read
  }
  // A lone character is looked for as the beginning of a pair; of the last one of a run there is none. Behind all else,
  // they stand in the way of no phrase.
  const lasts = text.normalize('NFKC').match(spaceless) ?? []
  return [...words(text), ...lasts.filter((run) => [...run].length > 1).map((run) => [...run].at(-1)!)].join(' ')
}

const term = /(-?)(?:"([^"]*)"?|([^\s"]+))/g

const isLone = (word: string): boolean => [...word].length === 1 && word.search(spaceless) === 0

/** As `to_tsquery` reads it: what stands together in the query, or between quotation marks, stands together. */
const phrase = (text: string): string | null => {
  const found = words(text).map((word) => (isLone(word) ? `'${word}':*` : `'${word}'`))
  return found.length ? `(${found.join(' <-> ')})` : null
}

/**
 * What is asked for, as `to_tsquery` reads it: words that must all be there, "phrases", -what must not, and `or` between
 * alternatives. Empty if it names no word.
 */
export function toSearchQuery(query: string): string {
  const alternatives: string[][] = [[]]
  for (const [, minus, quoted, plain] of query.matchAll(term)) {
    if (!minus && plain?.toLowerCase() === 'or') {
      if (alternatives.at(-1)!.length) alternatives.push([])
      continue
    }
    const found = phrase(quoted ?? plain!)
    if (found) alternatives.at(-1)!.push(minus ? `!${found}` : found)
  }
  return alternatives
    .filter((terms) => terms.length)
    .map((terms) => terms.join(' & '))
    .join(' | ')
}
