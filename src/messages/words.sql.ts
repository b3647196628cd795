/** The words of a message, for its index (`search-text.ts` says what is a word). The tenant is one of them. */
export const wordsOf = (tenantId: string, text: string): string =>
  `to_tsvector('parley', ${text}) || array_to_tsvector(ARRAY[' ' || ${tenantId}])`
