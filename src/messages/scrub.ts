/** Takes a person's names out of texts. Pure. */
import type { Names } from '../users/personal-data.js'
import { fold, replaceFolded } from './folded.js'
import { spacelessSigns } from './search-text.js'

const replacement = '[erased]'

export interface Scrubber {
  /** From what the person said: every name of theirs, wherever it is a word of its own. */
  own(text: string): string
  /**
   * From what others said: an address and a phone number wherever they are. All other names are what the person made them,
   * and may be any words: they go behind an @, and where the message mentions the person.
   */
  others(text: string, mentioned: boolean): string
  /** What to look for to find these. */
  certain: string[]
}

export function scrubberOf({ display_name, username, external_id, email, phone }: Names): Scrubber {
  const certain = [folded(email), folded(phone)].filter((name) => isAddress(name) || isNumber(name))
  const every = [display_name, username, external_id, email, phone].map(folded).filter(isName)
  const everywhere = anyOf(every, '')
  const surely = anyOf(certain, '')
  const called = anyOf(every, '@')
  return {
    own: (text) => replace(text, everywhere),
    others: (text, mentioned) => replace(replace(text, called), mentioned ? everywhere : surely),
    certain: [...certain, ...every.map((name) => `@${name}`)],
  }
}

const isSpaceless = new RegExp(`^${spacelessSigns}$`, 'u')

/** Shorter ones are more often words than names. */
const minLength = (sign: string): number => (isSpaceless.test(sign) ? 2 : 3)

const folded = (name: string | null): string => (name === null ? '' : fold(name).text)

function isName(name: string): boolean {
  const [first, ...rest] = name
  return first !== undefined && rest.length + 1 >= minLength(first)
}

const isAddress = (name: string): boolean => /^[^\s@]+@[^\s@]+$/.test(name)

/** Not one of few digits, which may be the number of anything. */
const isNumber = (name: string): boolean =>
  /^[\p{Nd}\s+()./-]+$/u.test(name) && name.replace(/\P{Nd}/gu, '').length >= 7

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Of a script that writes no spaces a name stands anywhere among other letters. */
const wordSign = `[[\\p{L}\\p{N}]--${spacelessSigns}]`

function asWord(name: string, before: string): string {
  const signs = [...name]
  const [begin, end] = [before || signs[0]!, signs.at(-1)!]
  return [
    isSpaceless.test(begin) ? '' : `(?<!${wordSign})`,
    before + escape(name),
    isSpaceless.test(end) ? '' : `(?!${wordSign})`,
  ].join('')
}

/** The longest first: a name that is a part of another must not leave the rest of it. */
function anyOf(names: string[], before: string): RegExp | null {
  if (!names.length) return null
  const words = names.toSorted((a, b) => b.length - a.length).map((name) => asWord(name, before))
  return new RegExp(words.join('|'), 'giv')
}

const replace = (text: string, names: RegExp | null): string => (names ? replaceFolded(text, names, replacement) : text)
