/** Every failure that a client can meet: one line each. A new failure is a new line here, and nothing else. */

interface Failure {
  /** HTTP status of the answer. */
  status: number
  /** The kind of failure in a few words; the sentence of a single failure says the rest. */
  title: string
  /** May the very same request succeed later, with nothing about it changed? */
  retryable?: boolean
}

const catalogue = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  validation_failed: { status: 400, title: 'The input is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  credentials_disagree: { status: 400, title: 'The credentials name different callers' },
  unknown_event: { status: 400, title: 'There is no such event' },
  bad_request: { status: 400, title: 'The request cannot be understood' },

  credentials_missing: { status: 401, title: 'No credential was sent' },
  client_key_invalid: { status: 401, title: 'The clientKey is not valid' },
  admin_key_invalid: { status: 401, title: 'The operator key is not valid' },
  login_failed: { status: 401, title: 'The username or the password is wrong' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  token_expired: { status: 401, title: 'The token has expired' },
  internal_key_invalid: { status: 401, title: 'The x-internal-api-key is not valid' },
  token_revoked: { status: 401, title: 'The token has been revoked' },

  forbidden: { status: 403, title: 'The caller may not do this' },
  backend_required: { status: 403, title: 'Only the backend may do this' },
  user_required: { status: 403, title: 'Only a user may do this' },
  password_wrong: { status: 403, title: 'The old password is wrong' },
  user_locked: { status: 403, title: 'The user is locked' },
  tenant_suspended: { status: 403, title: 'The tenant is suspended' },
  not_a_member: { status: 403, title: 'The caller is not a member of the room' },
  removed: { status: 403, title: 'The caller was removed from the room' },
  blocked: { status: 403, title: 'The other user has blocked the caller' },
  not_listening: { status: 403, title: 'The socket has not joined the room' },
  guests_only_read: { status: 403, title: 'A guest only reads' },
  origin_not_allowed: { status: 403, title: 'Pages of this origin may not use the cookie' },
  quota_exceeded: { status: 403, title: 'The tenant has as much as it may have' },
  room_archived: { status: 403, title: 'The room is archived' },

  route_not_found: { status: 404, title: 'There is no such route' },
  tenant_not_found: { status: 404, title: 'There is no such tenant' },
  api_token_not_found: { status: 404, title: 'There is no such API token' },
  user_not_found: { status: 404, title: 'There is no such user' },
  friend_not_found: { status: 404, title: 'There is no such friend or request' },
  room_not_found: { status: 404, title: 'There is no such room' },
  stream_not_found: { status: 404, title: 'There is no such stream, or it is not live' },
  token_key_not_found: { status: 404, title: 'There is no such token key' },
  member_not_found: { status: 404, title: 'There is no such member' },
  message_not_found: { status: 404, title: 'There is no such message' },

  external_id_taken: { status: 409, title: 'The external_id is taken' },
  stream_taken: { status: 409, title: 'The stream is somebody else’s' },
  issuer_taken: { status: 409, title: 'The issuer is another tenant’s' },
  message_deleted: { status: 409, title: 'The message was deleted' },
  friend_blocked: { status: 409, title: 'The caller has blocked this user' },
  too_many_reactions: { status: 409, title: 'The message has too many different emoji' },
  username_taken: { status: 409, title: 'The username is taken' },
  user_erased: { status: 409, title: 'The user was erased' },
  idempotency_key_in_use: { status: 409, title: 'The first request with this key still runs', retryable: true },

  payload_too_large: { status: 413, title: 'The payload is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_key_reused: { status: 422, title: 'The key was used for another request' },
  slow_mode: { status: 429, title: 'The room is in slow mode', retryable: true },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },

  internal: { status: 500, title: 'Something went wrong here', retryable: true },
  overloaded: { status: 503, title: 'The service has more to do than it can', retryable: true },
  unavailable: { status: 503, title: 'The service cannot answer now', retryable: true },
} as const satisfies Record<string, Failure>

export type ErrorCode = keyof typeof catalogue

/** All codes with their status, title and whether the same request may succeed later. */
export const failures: ReadonlyMap<ErrorCode, Required<Failure>> = new Map(
  Object.entries(catalogue).map(([code, failure]: [string, Failure]) => [
    code as ErrorCode,
    { ...failure, retryable: failure.retryable ?? false },
  ]),
)

/** How a plain WebSocket is closed for it (RFC 6455: what is ours begins at 4000). */
export function closeCodeOf(code: ErrorCode): number {
  const { status } = failures.get(code)!
  if (status >= 500 || status === 429) return 1013
  return [401, 403, 404].includes(status) ? 4000 + status : 4400
}

export interface FieldError {
  /** The field's path, as `metadata` or `mentions.3`. */
  field: string
  message: string
}

/** What a client sees of a failure: RFC 9457, the same on REST and on sockets. */
export interface Problem {
  type: string
  title: string
  status: number
  /** One sentence about this very failure. */
  detail: string
  code: ErrorCode
  retryable: boolean
  request_id: string
  retry_after_ms?: number
  errors?: FieldError[]
}

interface Details {
  errors?: FieldError[]
  retryAfterMs?: number
}

/** The only exception that features throw. `message` is shown to the client: no query, path or other tenant in it. */
export class ChatError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Details = {},
  ) {
    super(message)
  }

  get status(): number {
    return failures.get(this.code)!.status
  }

  problem(requestId: string): Problem {
    const { status, title, retryable } = failures.get(this.code)!
    const { errors, retryAfterMs } = this.details
    return {
      type: `/docs/errors#${this.code}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      retryable,
      request_id: requestId,
      ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
      ...(errors && { errors }),
    }
  }
}
