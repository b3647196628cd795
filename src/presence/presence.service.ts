import { Injectable } from '@nestjs/common'
import { userIdOf, type Actor, type Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { StatusView } from '../contract/views.js'
import { Attendance } from './attendance.js'
import { toOwnStatusView, toStatusView, unseen, type UpdateStatusDto } from './presence.dto.js'
import { PresenceRepository } from './presence.repository.js'

@Injectable()
export class PresenceService {
  constructor(
    private readonly attendance: Attendance,
    private readonly presence: PresenceRepository,
  ) {}

  /** Whether the user is there, as the caller may know it: whom they have blocked sees them never. */
  async status(actor: Actor, userId: string): Promise<StatusView> {
    const { tenantId } = actor
    await this.attendance.know({ tenantId, userId })
    const row = await this.presence.find(tenantId, userId, userIdOf(actor))
    if (!row) throw new ChatError('user_not_found', 'There is no user with this id.')
    if (row.hidden) return unseen(userId)
    return userIdOf(actor) === userId ? toOwnStatusView(row) : toStatusView(row)
  }

  /** Who becomes invisible while they are there goes for all others, and comes when that ends. */
  async update(actor: Person, { invisible }: UpdateStatusDto): Promise<StatusView> {
    await this.attendance.change(async () => {
      const row = await this.presence.hide(actor, invisible)
      return row?.is_online ? row : null
    })
    return this.status(actor, actor.userId)
  }
}
