import { Catch, HttpException, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { ChatError, type ErrorCode } from '../contract/errors.js'
import { databaseAway } from '../infra/database/pg-error.js'
import type { ChatReply, ChatRequest } from './request.js'

/** What Nest and Fastify refuse before a route of ours is reached, by status. */
const refused: ReadonlyMap<number, [ErrorCode, string]> = new Map([
  [400, ['bad_request', 'The request cannot be understood.']],
  [403, ['route_not_found', 'There is no such route.']],
  [404, ['route_not_found', 'There is no such route.']],
  [408, ['bad_request', 'The request took too long to arrive.']],
  [412, ['bad_request', 'What is here is not what the request is about.']],
  [413, ['payload_too_large', 'The body is larger than this service takes.']],
  [415, ['unsupported_media_type', 'Send the body as application/json.']],
])

/** Every failure, as a client may see it. Null for one that is a mistake of ours. */
export function toChatError(error: unknown): ChatError | null {
  if (error instanceof ChatError) return error
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | null)?.statusCode
  const known = typeof status === 'number' ? refused.get(status) : undefined
  return known ? new ChatError(...known) : databaseAway(error)
}

const internal = (): ChatError => new ChatError('internal', 'Something went wrong here; it has been logged.')

/** RFC 9457, whatever failed. What is our own mistake is logged, and told as such without a word of what it was. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<ChatRequest>()
    const reply = host.switchToHttp().getResponse<ChatReply>()
    const known = toChatError(error)
    if (!known) request.log.error({ err: error, tenant_id: request.session?.actor.tenantId })
    send(known ?? internal(), request, reply)
  }
}

export function send(error: ChatError, request: ChatRequest, reply: ChatReply): void {
  const { retryAfterMs } = error.details
  if (retryAfterMs !== undefined) reply.header('Retry-After', Math.ceil(retryAfterMs / 1000))
  if (error.status === 401) reply.header('WWW-Authenticate', 'Bearer')
  void reply
    .status(error.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(error.problem(request.id)))
}
