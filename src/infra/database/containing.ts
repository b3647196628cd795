import { isUUID } from 'class-validator'

/** A pattern of LIKE for whatever has this in it, each sign as it is written. */
export const containing = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`

/** For whom or what is looked for by a part of a name, or by an id: each null where it finds nothing. */
export const patternAndId = (sought: string | undefined): [pattern: string | null, id: string | null] =>
  sought === undefined ? [null, null] : [containing(sought), isUUID(sought) ? sought : null]
