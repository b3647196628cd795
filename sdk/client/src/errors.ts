import type { ErrorCode, Problem } from './types.js'

/** `timeout`: no answer came, so it may have been done; `offline`: it was not asked; `aborted`: there is nobody who may ask. */
export type ClientErrorCode = 'timeout' | 'offline' | 'aborted'

/** Found here already, before the service was asked. */
const final = new Set<string>(['aborted', 'validation_failed', 'payload_too_large', 'room_not_found'])

/** Every failure, of REST and of the socket: by `code` a program knows it, by `message` a person. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  /** May the very same succeed later? */
  readonly retryable: boolean
  /** How long to wait before, in milliseconds, where the service said so. */
  readonly retryAfterMs: number | null
  /** HTTP status; 0 where no answer came. */
  readonly status: number
  /** As the service told it; null where no answer came. */
  readonly problem: Problem | null

  constructor(
    readonly code: ErrorCode | ClientErrorCode,
    message: string,
    problem: Problem | null = null,
  ) {
    super(message)
    this.problem = problem
    this.retryable = problem?.retryable ?? !final.has(code)
    this.retryAfterMs = problem?.retry_after_ms ?? null
    this.status = problem?.status ?? 0
  }

  static of(problem: Problem): ParleyError {
    return new ParleyError(problem.code, problem.detail, problem)
  }
}

export const asParleyError = (error: unknown): ParleyError =>
  error instanceof ParleyError
    ? error
    : new ParleyError('offline', String(error instanceof Error ? error.message : error))
