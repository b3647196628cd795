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

/** What a function of ours says of what it was called with. */
export const isBadParameter = (error: unknown): boolean => pgError(error).code === '22023'

/** Was a table's lock not to be had in the time that one would wait for it? */
export const isLockTimeout = (error: unknown): boolean => pgError(error).code === '55P03'

export const isUnknownTable = (error: unknown): boolean => pgError(error).code === '42P01'

/** May whoever asked not do that? */
export const isRefused = (error: unknown): boolean => pgError(error).code === '42501'

/** Has the server no such extension? */
export const isUnavailable = (error: unknown): boolean => /^(0A000|58P01)$/.test(pgError(error).code ?? '')

/** Did somebody else make or change the same at the same time? */
export const isRaced = (error: unknown): boolean => /^(42710|23505|XX000)$/.test(pgError(error).code ?? '')

/**
 * Classes of SQLSTATE that say "not now": connection, lost races, resources (a full disk too), operator's intervention, the
 * system below, and a database that is renamed or closed to connections.
 */
const passing = /^(08|40|53|57|58)|^(55P03|25006|55000|3D000)$/
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/
const gone = /^(08|53|57|58)|^(ECONN|EPIPE|ETIMEDOUT|ENOENT)/
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|not queryable|Cannot use a pool|runner already released|query read timeout/i

/** Was the connection lost, so that nobody knows whether the statement was committed, or has the server no room for any? */
export function isLost(error: unknown): boolean {
  const { code } = pgError(error)
  return code === undefined ? error instanceof Error && lostConnection.test(error.message) : gone.test(code)
}

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
