/** A name in which something can be seen; null for one of spaces and the like, which nobody could read or press. Pure. */
export const visible = (name: string | null | undefined): string | null => (name && something.test(name) ? name : null)

const something = /[^\p{C}\p{M}\p{Z}]/u
