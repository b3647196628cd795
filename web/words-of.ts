/** What is shown of a failure: a ParleyError's words are the service's own. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
