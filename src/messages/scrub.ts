/** Takes a person's names out of texts. Pure. */
import type { Names } from '../users/personal-data.js'

const replacement = '[erased]'
/** Shorter ones are more often words than names. */
const minLength = 3

export interface Scrubber {
  /** From what the person said: every name of theirs, wherever it is a word of its own. */
  own(text: string): string
  /**
   * From what others said. A single word that is a name may be any word there, unless it stands behind an @ or the message
   * mentions the person; what is certainly theirs goes wherever it is.
   */
  others(text: string, mentioned: boolean): string
  /** What to look for to find these. */
  certain: string[]
}

const given = (name: string | null): name is string => name !== null && [...name].length >= minLength

export function scrubberOf({ display_name, username, external_id, email, phone }: Names): Scrubber {
  const certain = [email, phone, external_id, display_name].filter(given).filter((name) => /[^\p{L}]/u.test(name))
  const every = [display_name, username, external_id, email, phone].filter(given)
  const everywhere = anyOf(every, '')
  const surely = anyOf(certain, '')
  const called = anyOf(every, '@')
  return {
    own: (text) => replace(text, everywhere),
    others: (text, mentioned) => replace(replace(text, called), mentioned ? everywhere : surely),
    certain: [...certain, ...every.map((name) => `@${name}`)],
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** The longest first: a name that is a part of another must not leave the rest of it. */
function anyOf(names: string[], before: string): RegExp | null {
  if (!names.length) return null
  const alternatives = [...names].sort((a, b) => b.length - a.length).map(escape)
  return new RegExp(`(?<![\\p{L}\\p{N}])${before}(?:${alternatives.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
}

const replace = (text: string, names: RegExp | null): string => (names ? text.replace(names, replacement) : text)
