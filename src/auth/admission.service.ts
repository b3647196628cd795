import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { userIdOf } from '../contract/actor.js'
import { RateLimiter } from '../contract/ports.js'
import type { Credentials, Session } from '../contract/session.js'
import { MostRecent } from '../infra/most-recent.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { AllowanceService, type Spent } from './allowance.service.js'
import { AuthService } from './auth.service.js'

/** Who asks, and what is left to them after that: perhaps nothing. */
export interface Caller {
  session: Session
  spent: Spent | null
}

/** A caller as they were when they were refused. */
interface Refused {
  session: Session
  atMs: number
  /** How often a tenant had been changed by then. */
  changes: number
}

/** For so long somebody is refused as who they were: by then other nodes have changed their limits, too. */
const knownForMs = 1000
const mostKnown = 10_000

/** Refusals of a tenant that are answered at once. Beyond them each answer is kept back, and so is whoever waits for it. */
const promptly = { burst: 100, perSecond: 50 }
const keptBackMs = 250
const mostKeptBack = 2000

/** Finds out who calls, and counts it. Who was just refused is refused again before anything is asked about them. */
@Injectable()
export class AdmissionService {
  /** By what they showed. */
  private readonly refused = new MostRecent<Refused>(mostKnown)
  private keptBack = 0

  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly tenants: TenantsService,
    private readonly limiter: RateLimiter,
  ) {}

  /** Throws as `authenticate` does. */
  async ask(shown: Credentials): Promise<Caller> {
    const key = keyOf(shown)
    const known = this.knownBy(key)
    const ahead = known && { session: known, spent: await this.allowances.spend(known, 'request') }
    const caller = isRefused(ahead) ? ahead : await this.lookUp(shown, key, ahead)
    if (isRefused(caller)) await this.keepBack(caller.session)
    return caller
  }

  /** What they paid ahead is not paid again, if they are who they were. */
  private async lookUp(shown: Credentials, key: string, ahead: Caller | null): Promise<Caller> {
    this.refused.delete(key)
    const { changes } = this.tenants
    const session = await this.auth.authenticate(shown)
    const isPaid = ahead !== null && isSame(ahead.session, session)
    const caller = { session, spent: isPaid ? ahead.spent : await this.allowances.spend(session, 'request') }
    if (isRefused(caller)) this.refused.set(key, { session, atMs: performance.now(), changes })
    return caller
  }

  private knownBy(key: string): Session | null {
    const known = this.refused.get(key)
    const isGood = known && performance.now() < known.atMs + knownForMs && known.changes === this.tenants.changes
    return isGood ? known.session : null
  }

  private async keepBack({ actor: { tenantId } }: Session): Promise<void> {
    const { allowed } = this.limiter.takeHere({ key: `refusal:tenant:${tenantId}`, rate: promptly })
    if (allowed || this.keptBack >= mostKeptBack) return
    this.keptBack++
    await setTimeout(keptBackMs)
    this.keptBack--
  }
}

const isRefused = (caller: Caller | null): caller is Caller => caller?.spent?.allowed === false

/** One caller, with the limits of before. */
function isSame({ actor: a, limits }: Session, { actor: b, limits: now }: Session): boolean {
  return a.tenantId === b.tenantId && a.kind === b.kind && userIdOf(a) === userIdOf(b) && limits === now
}

/** No secret is kept. */
const keyOf = (shown: Credentials): string => createHash('sha256').update(JSON.stringify(shown)).digest('base64')
