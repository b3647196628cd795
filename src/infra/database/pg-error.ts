import { ChatError } from '../../contract/errors.js'

interface PgError {
  code?: string
  constraint?: string
  driverError?: PgError
}

const pgError = (error: unknown): PgError => {
  const outer = (error ?? {}) as PgError
  return outer.driverError ?? outer
}

/** Is it the refusal of a second row by this unique constraint or index? */
export const isDuplicate = (error: unknown, constraint: string): boolean => {
  const { code, constraint: name } = pgError(error)
  return code === '23505' && name === constraint
}

/** Classes of SQLSTATE that say "not now": connection, resources, operator's intervention, and lost races. */
const passing = /^(08|53|57)|^(40001|40P01|55P03|25006)$/
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/
const lostConnection = /connection terminated|timeout exceeded when trying to connect|not queryable|Cannot use a pool/i

/** What a client is told when the database could not answer; null if the error is of another kind. */
export function databaseAway(error: unknown): ChatError | null {
  const { code } = pgError(error)
  const away =
    code !== undefined
      ? passing.test(code) || unreachable.test(code)
      : error instanceof Error && lostConnection.test(error.message)
  return away
    ? new ChatError('unavailable', 'The message log cannot be reached; try again.', { retryAfterMs: 1000 })
    : null
}
