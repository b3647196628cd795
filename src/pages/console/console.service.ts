import { randomBytes } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { AllowanceService, isGuess } from '../../auth/allowance.service.js'
import { AuthService } from '../../auth/auth.service.js'
import { ChatError } from '../../contract/errors.js'
import { Config } from '../../infra/config.js'
import { isApiToken, sameSecret } from '../../tenants/secrets.js'
import { TenantsService } from '../../tenants/tenants.service.js'
import type { ConsoleSessionView } from './console.dto.js'
import { openSession, sealSession, type ConsoleSession } from './sealed-session.js'

/** How long somebody stays logged in: a day at work. */
export const sessionS = 8 * 3600

/** Who is logged in to the console is kept nowhere but in their cookie. */
@Injectable()
export class ConsoleService {
  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly tenants: TenantsService,
    private readonly config: Config,
  ) {}

  async logIn(key: string, address: string): Promise<{ sealed: string; view: ConsoleSessionView }> {
    const csrfToken = randomBytes(24).toString('base64url')
    const expiresAtMs = (Math.floor(Date.now() / 1000) + sessionS) * 1000
    const session: ConsoleSession = this.isOperator(key)
      ? { kind: 'operator', csrfToken, expiresAtMs }
      : { kind: 'tenant', apiToken: key, csrfToken, expiresAtMs }
    const view = await this.view(session).catch(async (error: unknown) => {
      if (isGuess(error)) await this.allowances.countFailure(address)
      throw error
    })
    return { sealed: await sealSession(session, this.config), view }
  }

  /** Who shows this cookie, if its key is still good. */
  async read(sealed: string | null): Promise<ConsoleSessionView> {
    const session = sealed === null ? null : await openSession(sealed, this.config)
    if (!session) throw new ChatError('credentials_missing', 'Nobody is logged in to the console.')
    return this.view(session)
  }

  private isOperator(key: string): boolean {
    return this.config.ADMIN_KEY !== '' && sameSecret(key, this.config.ADMIN_KEY)
  }

  /** Throws `client_key_invalid` or `tenant_suspended`. */
  private async view(session: ConsoleSession): Promise<ConsoleSessionView> {
    const { csrfToken, expiresAtMs } = session
    const rest = { csrf_token: csrfToken, expires_at: new Date(expiresAtMs).toISOString() }
    if (session.kind === 'operator') return { kind: 'operator', ...rest }
    if (!isApiToken(session.apiToken)) {
      throw new ChatError('client_key_invalid', 'This is neither the operator’s key nor an API token.')
    }
    const { tenantId } = (await this.auth.authenticate({ clientKey: session.apiToken })).actor
    const { name } = await this.tenants.get({ kind: 'operator' }, tenantId)
    return { kind: 'tenant', tenant_id: tenantId, tenant_name: name, ...rest }
  }
}
