/**
 * What of a text is searched for. PostgreSQL finds words where spaces are between them; of a script that writes none, each
 * two characters that stand together are taken for a word, since most words there have two. A phrase of such pairs is
 * then found wherever it stands.
 */

const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

const pairs = (run: string): string[] => {
  const characters = [...run]
  return characters.slice(1).map((character, place) => characters[place]! + character)
}

/** The text as words are found in it; null if that is the text itself, as for most. */
export function searchable(text: string): string | null {
  if (!/[^\0-\u02ff]/.test(text)) return null
  // The last character of a run too: a lone one is looked for as the beginning of a word.
  const apart = alike(text).replace(spaceless, (run) => ` ${[...pairs(run), [...run].at(-1)].join(' ')} `)
  return apart === text ? null : apart
}

/** Signs that mean the same, written in the same way: full-width letters, and accents that stand by themselves. */
const alike = (text: string): string => text.normalize('NFKC')

/** What is asked for, as `websearch_to_tsquery` reads it, and lexemes beside it with which a word must begin. */
export interface SearchQuery {
  words: string
  beginnings: string[]
}

/** A run of a spaceless script is a phrase of its pairs. A lone character of it is the beginning of a pair. */
export function toSearchQuery(query: string): SearchQuery {
  const beginnings: string[] = []
  const words = alike(query)
    .split('"')
    .map((part, place) =>
      part.replace(spaceless, (run) => {
        const found = pairs(run)
        if (!found.length) beginnings.push(run)
        // Between quotation marks it is part of a phrase already.
        return place % 2 ? ` ${found.join(' ')} ` : found.length ? `"${found.join(' ')}"` : ' '
      }),
    )
  return { words: words.join('"'), beginnings }
}
