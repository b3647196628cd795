import { Injectable } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import { EventBus } from '../contract/ports.js'
import { AccessService } from './access.service.js'
import type { CallSignalDto } from './calls.dto.js'
import { MembersRepository } from './members.repository.js'

/** What two browsers must tell each other before they can talk goes through here, and is kept nowhere. */
@Injectable()
export class CallsService {
  constructor(
    private readonly access: AccessService,
    private readonly members: MembersRepository,
    private readonly bus: EventBus,
  ) {}

  /** To all sockets of the other one, whether or not they listen to the room. */
  async signal(actor: Person, { room_id, kind, data = null }: CallSignalDto): Promise<object> {
    const { tenantId, userId } = actor
    await this.access.require(actor, room_id, 'call.signal')
    const pair = await this.members.list(tenantId, room_id, null, 2)
    const other = pair.find(({ user_id }) => user_id !== userId)
    if (other) {
      const audience = { tenantId, userId: other.user_id }
      this.bus.publish(audience, { type: 'call.signal', user_id: userId, room_id, kind, data })
    }
    return {}
  }
}
