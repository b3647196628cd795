/** A pattern of LIKE for whatever has this in it, each sign as it is written. */
export const containing = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`
