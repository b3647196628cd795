import { Injectable } from '@nestjs/common'
import { AllowanceService } from '../../auth/allowance.service.js'
import { AttemptsService } from '../../auth/attempts.service.js'
import { AuthService } from '../../auth/auth.service.js'
import type { Backend } from '../../contract/actor.js'
import { ChatError } from '../../contract/errors.js'
import { Config } from '../../infra/config.js'
import { RoomsService } from '../../rooms/rooms.service.js'
import { sameSecret } from '../../tenants/secrets.js'
import { UsersService } from '../../users/users.service.js'
import { keyFor, seal } from '../keys.js'
import { asPerson, DemoTenant, type Demo } from './demo-tenant.js'
import type { DemoSessionDto, DemoSessionView } from './demo.dto.js'

/** Whoever opens the demo is a user of its tenant, without a password. */
@Injectable()
export class DemoService {
  constructor(
    private readonly demo: DemoTenant,
    private readonly auth: AuthService,
    private readonly attempts: AttemptsService,
    private readonly allowances: AllowanceService,
    private readonly users: UsersService,
    private readonly rooms: RoomsService,
    private readonly config: Config,
  ) {}

  /** Somebody new, or who shows that they were here before: a name is no password. */
  async enter(input: DemoSessionDto, address: string): Promise<DemoSessionView> {
    await this.count(input, address)
    const demo = await this.demo.ensure()
    try {
      const userId = await this.identify(demo, input, address)
      return await this.seat(demo, userId)
    } catch (error) {
      // Perhaps the tenant or a room of it was deleted: then it is there again for whoever comes next.
      if (error instanceof ChatError && error.status === 404) this.demo.forget()
      throw error
    }
  }

  /** As who registers, or as who logs in. */
  private count({ user_id }: DemoSessionDto, address: string): Promise<void> {
    if (user_id === undefined) return this.attempts.registering(address)
    return this.attempts.trying(this.config.demoTenantId, user_id, address)
  }

  private async identify({ tenantId }: Demo, input: DemoSessionDto, address: string): Promise<string> {
    const { name: display_name, user_id, session_secret = '' } = input
    const backend: Backend = { kind: 'backend', tenantId }
    if (user_id === undefined) return (await this.users.upsert(backend, { display_name })).user.user_id
    const isTheirs = sameSecret(session_secret, this.secretOf(tenantId, user_id))
    if (isTheirs) await this.attempts.succeeded(tenantId, [user_id], address)
    else await this.allowances.countFailure(address)
    if (isTheirs && (await this.users.identify(tenantId, user_id))) return user_id
    throw new ChatError('token_invalid', 'This session_secret is not this user’s.')
  }

  private async seat({ tenantId, rooms, stream }: Demo, userId: string): Promise<DemoSessionView> {
    const person = asPerson({ tenantId, userId })
    const { token, expires_at } = await this.auth.mintFor(person)
    for (const roomId of [rooms.random, rooms.welcome]) await this.rooms.enter(person, roomId)
    const { display_name } = await this.users.get(person, userId)
    return {
      tenant_id: tenantId,
      user_id: userId,
      display_name: display_name ?? '',
      token,
      expires_at,
      session_secret: this.secretOf(tenantId, userId),
      room_id: rooms.welcome,
      stream_id: stream.streamId,
      stream_room_id: stream.roomId,
    }
  }

  private secretOf(tenantId: string, userId: string): string {
    return seal(keyFor('demo session', this.config), `${tenantId}:${userId}`)
  }
}
