import { createHash } from 'node:crypto'
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { from, lastValueFrom, type Observable } from 'rxjs'
import { ChatError } from '../../contract/errors.js'
import { secretKey } from '../endpoint.js'
import { bearerOf, type ChatReply, type ChatRequest } from '../request.js'
import { IdempotencyRepository, type Claim, type Earlier } from './idempotency.repository.js'
import { seal, unseal } from './seal.js'

const sha256 = (...parts: string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest()

/** A `POST` with an `Idempotency-Key` runs once: whoever repeats it is answered what the first was answered. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ChatRequest>()
    const key = request.headers['idempotency-key']
    const counts = request.method === 'POST' && key !== undefined && (request.session ?? request.operator)
    if (!counts || this.reflector.get<boolean>(secretKey, context.getHandler())) return next.handle()
    const reply = context.switchToHttp().getResponse<ChatReply>()
    return from(this.once(readKey(key), request, reply, () => lastValueFrom(next.handle())))
  }

  private async once(
    key: string,
    request: ChatRequest,
    reply: ChatReply,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    const claim = claimOf(key, request)
    const secret = secretOf(key, request)
    const earlier = await this.keys.claim(claim)
    if (earlier) return this.repeat(earlier, claim, secret, reply)
    const answer = await run().catch(async (error: unknown) => {
      await this.keys.release(claim)
      throw error
    })
    await this.keys.finish(claim, reply.statusCode, seal(secret, answer))
    return answer
  }

  private repeat(earlier: Earlier, claim: Claim, secret: string, reply: ChatReply): unknown {
    if (!earlier.request_hash.equals(claim.requestHash)) {
      throw new ChatError('idempotency_key_reused', 'This Idempotency-Key was used for another request.')
    }
    if (earlier.status === null || !earlier.answer) {
      throw new ChatError('idempotency_key_in_use', 'The first request with this key still runs.', {
        retryAfterMs: 1000,
      })
    }
    reply.status(earlier.status).header('Idempotent-Replayed', 'true')
    return unseal(secret, earlier.answer)
  }
}

function readKey(key: string | string[]): string {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key
  throw new ChatError('validation_failed', 'An Idempotency-Key has 1 to 200 printable ASCII characters and no space.')
}

/** Another credential is another scope: what one may be told, another may not. */
function claimOf(key: string, request: ChatRequest): Claim {
  const actor = request.session?.actor
  const user = actor?.kind === 'user' ? actor.userId : request.session?.apiTokenId
  const scope = actor ? `${actor.tenantId}:${actor.kind}:${user}` : 'operator'
  const requestHash = sha256(request.method, request.url, JSON.stringify(request.body ?? null))
  return { scope, keyHash: sha256(scope, key), tenantId: actor?.tenantId ?? null, requestHash }
}

/**
 * What the answer is sealed with: the key and, where an answer can hold a token, the credential that is its own secret.
 * A user is told none, and may repeat by another credential: a later JWT, or the backend's word.
 */
function secretOf(key: string, { headers, session }: ChatRequest): string {
  if (session?.actor.kind === 'user') return JSON.stringify([key, ''])
  return JSON.stringify([key, session ? (headers['clientkey'] ?? headers['x-internal-api-key']) : bearerOf(headers)])
}
