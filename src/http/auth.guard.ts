import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { AdmissionService, type Caller } from '../auth/admission.service.js'
import { AllowanceService, isGuess, policyOf, requireAllowed, type Spent } from '../auth/allowance.service.js'
import { ChatError } from '../contract/errors.js'
import type { Counted, Credentials, Session } from '../contract/session.js'
import { Config } from '../infra/config.js'
import { sameSecret } from '../tenants/secrets.js'
import { Meter } from '../usage/meter.js'
import { narrowCors } from './cors.js'
import { accessKey, countsKey, type Access } from './endpoint.js'
import { bearerOf, credentialsOf, internalKeyOf, type ChatReply, type ChatRequest } from './request.js'

/** Every route says who may call it; one that says nothing can be called by nobody. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: AdmissionService,
    private readonly allowances: AllowanceService,
    private readonly meter: Meter,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ChatRequest>()
    const reply = context.switchToHttp().getResponse<ChatReply>()
    const access = this.reflector.get<Access | undefined>(accessKey, context.getHandler())
    if (access === 'public') return true
    if (access === 'operator') return this.admitOperator(request, reply)
    if (!access) throw new Error(`${context.getHandler().name} does not say who may call it`)
    if (access === 'guest' && request.headers['clientkey'] === undefined) return true
    const counts = this.reflector.get<Counted | undefined>(countsKey, context.getHandler())
    return this.admitCaller(request, reply, access, counts)
  }

  private async admitOperator(request: ChatRequest, reply: ChatReply): Promise<boolean> {
    const shown = bearerOf(request.headers)
    if (shown === undefined) {
      await this.countFailure(request, reply)
      throw new ChatError('credentials_missing', 'Send the operator’s key as Bearer token.')
    }
    if (!this.config.ADMIN_KEY || !sameSecret(shown, this.config.ADMIN_KEY)) {
      await this.countFailure(request, reply)
      throw new ChatError('admin_key_invalid', 'The operator’s key is not this one.')
    }
    request.operator = { kind: 'operator' }
    return true
  }

  private async admitCaller(
    request: ChatRequest,
    reply: ChatReply,
    access: Access,
    counts?: Counted,
  ): Promise<boolean> {
    const { session, spent } = await this.ask(request, reply, access)
    request.session = session
    if (session.actor.kind === 'user') this.meter.active(session.actor)
    narrowCors(request, reply, session.allowedOrigins, this.config)
    refuse(reply, spent)
    requireKind(session, access)
    if (counts) refuse(reply, await this.allowances.spend(session, counts))
    return true
  }

  private async ask(request: ChatRequest, reply: ChatReply, access: Access): Promise<Caller> {
    try {
      return await this.admission.ask(shownTo(access, request))
    } catch (error) {
      if (isGuess(error)) await this.countFailure(request, reply)
      throw error
    }
  }

  /** Throws `rate_limited` in place of the failure when there were too many. */
  private async countFailure({ ip }: ChatRequest, reply: ChatReply): Promise<void> {
    refuse(reply, await this.allowances.spendFailure(ip))
  }
}

/** Who logs in may still send the JWT that has ended: it is not looked at. */
function shownTo(access: Access, request: ChatRequest): Credentials {
  const { clientKey, bearer, tenantId } = credentialsOf(request)
  if (access === 'guest') return { clientKey, tenantId }
  if (access !== 'internal') return { clientKey, bearer, tenantId }
  const internalKey = internalKeyOf(request)
  if (internalKey === undefined) throw new ChatError('credentials_missing', 'Send x-internal-api-key.')
  return { internalKey, clientKey, bearer, tenantId }
}

function requireKind({ actor }: Session, access: Access): void {
  if (access === 'backend' && actor.kind !== 'backend') {
    throw new ChatError('backend_required', 'Only the tenant’s backend may do this: send its clientKey alone.')
  }
  if (access === 'user' && actor.kind !== 'user') {
    throw new ChatError(
      'user_required',
      'Only a user may do this: send a JWT, or a clientKey with a dot and a user id.',
    )
  }
}

/** Tells what is left. Throws `rate_limited` if nothing is. */
function refuse(reply: ChatReply, spent: Spent | null): void {
  if (spent) tellLimits(reply, spent)
  requireAllowed(spent)
}

/** The limit as the standard's draft says it, and as most clients know it. Times are whole seconds. */
function tellLimits(reply: ChatReply, spent: Spent): void {
  const { rate, remaining, resetAfterMs } = spent
  const policy = policyOf(spent)
  const resetS = Math.ceil(resetAfterMs / 1000)
  reply.headers({
    'RateLimit-Policy': `"${policy}";q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`,
    RateLimit: `"${policy}";r=${remaining};t=${resetS}`,
    'X-RateLimit-Limit': rate.burst,
    'X-RateLimit-Remaining': remaining,
    'X-RateLimit-Reset': resetS,
  })
}
