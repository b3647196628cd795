/**
 * A text as names are looked for in it: without regard to accents and to how signs are written, as the search does. Each
 * sign of it knows which of the text it stands for. Pure.
 */

export interface Folded {
  text: string
  /** Where in the text the sign at this place begins, and where it ends with all that belongs to it. */
  begins: number[]
  ends: number[]
}

/** Accents that stand by themselves: vowels of scripts that write them as marks are no accents. */
const accents = /[\u0300-\u036f]/g

/** Letters that are not taken apart, but read alike. */
const alike = new Map(Object.entries({ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L' }))

const foldSign = (sign: string): string => alike.get(sign) ?? sign.normalize('NFKD').replace(accents, '')

export function fold(text: string): Folded {
  const folded: Folded = { text: '', begins: [], ends: [] }
  let at = 0
  for (const sign of text) {
    const plain = foldSign(sign)
    folded.text += plain
    for (const _ of plain.split('')) {
      folded.begins.push(at)
      folded.ends.push(at + sign.length)
    }
    at += sign.length
    // An accent belongs to what it stands on.
    if (!plain && folded.ends.length) folded.ends[folded.ends.length - 1] = at
  }
  return folded
}

/** The text with something else for each match in what it is folded to. */
export function replaceFolded(text: string, pattern: RegExp, replacement: string): string {
  const { text: plain, begins, ends } = fold(text)
  let replaced = ''
  let done = 0
  for (const { 0: found, index } of plain.matchAll(pattern)) {
    // Of a sign that stands for several, all goes with the first of them.
    if (begins[index]! < done) continue
    replaced += text.slice(done, begins[index]) + replacement
    done = ends[index + found.length - 1]!
  }
  return replaced + text.slice(done)
}
