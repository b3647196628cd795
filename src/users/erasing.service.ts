import { Injectable, Logger } from '@nestjs/common'
import type { Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { EventBus } from '../contract/ports.js'
import { ErasingRepository } from './erasing.repository.js'
import { nameless, PersonalData } from './personal-data.js'
import type { User } from './user.entity.js'
import { toUserView } from './users.dto.js'
import { requireAdmin, userNotFound } from './users.service.js'

/** What is known of a person: given out whole, and forgotten for ever. */
@Injectable()
export class ErasingService {
  private readonly logger = new Logger('erasing')
  /** By user, what this node is at. */
  private readonly finishing = new Map<string, Promise<void>>()

  constructor(
    private readonly users: ErasingRepository,
    private readonly data: PersonalData,
    private readonly bus: EventBus,
  ) {}

  /** Everything that is kept about a person, as one JSON text in pieces: for themselves, the backend and admins. */
  async export(actor: Actor, userId: string): Promise<AsyncGenerator<string>> {
    if (actor.kind === 'user' && actor.userId !== userId) requireAdmin(actor)
    const row = await this.users.find(actor.tenantId, userId)
    if (!row) throw userNotFound()
    // As the person sees it: with what nobody else is shown.
    const self = { kind: 'user', tenantId: actor.tenantId, userId, role: 'user' } as const
    return this.data.export(self, toUserView(self, row))
  }

  /**
   * Locks a person for ever and takes whatever tells who they were; what they said stays in its place, under nobody's name. It
   * cannot be undone. Asked again, it does what is left.
   */
  async erase(actor: Actor, userId: string): Promise<void> {
    requireAdmin(actor)
    if (actor.kind === 'user' && actor.userId === userId) throw new ChatError('forbidden', 'Nobody erases themselves.')
    const row = await this.users.begin(actor.tenantId, userId)
    if (!row) throw userNotFound()
    this.bus.publish(
      { tenantId: actor.tenantId, userId },
      { type: 'session.ended', code: 'user_locked', reason: 'The user was erased.' },
    )
    await this.finish(row)
  }

  /** What was broken off goes on where it was. What fails is left for the next time, and keeps nobody else waiting. */
  async resume(): Promise<void> {
    for (const row of await this.users.unfinished()) {
      await this.finish(row).catch((error: unknown) => this.logger.error(error))
    }
  }

  /** Asked again meanwhile, it is the same erasure. */
  private finish(row: User): Promise<void> {
    const key = `${row.tenant_id}:${row.user_id}`
    const finished = this.finishing.get(key) ?? this.work(row).finally(() => this.finishing.delete(key))
    this.finishing.set(key, finished)
    return finished
  }

  /** The names go last: until then they say what is to be looked for. Of who is erased already they are nobody's. */
  private async work(row: User): Promise<void> {
    await this.data.erase({ tenantId: row.tenant_id, userId: row.user_id }, row.erased_at ? nameless : row)
    await this.users.finish(row.tenant_id, row.user_id)
  }
}
