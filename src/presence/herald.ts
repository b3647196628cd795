import { Injectable } from '@nestjs/common'
import { EventBus } from '../contract/ports.js'
import { Config } from '../infra/config.js'
import { toStatusView } from './presence.dto.js'
import { pieces } from './pieces.js'
import { PresenceRepository, type StatusRow } from './presence.repository.js'

/** Of so many people may a thousand others each have to be looked at: what a statement does in a quarter of a second. */
const toldAtOnce = 250

/** Tells of people whose status was written, whoever may know and is there: one query for many of them. */
@Injectable()
export class Herald {
  constructor(
    private readonly presence: PresenceRepository,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  async tell(rows: StatusRow[]): Promise<void> {
    for (const some of pieces(rows, toldAtOnce)) await this.tellSome(some)
  }

  private async tellSome(rows: StatusRow[]): Promise<void> {
    const people = rows.map(({ tenant_id, user_id }) => ({ tenantId: tenant_id, userId: user_id }))
    const watchers = await this.presence.watchers(people, this.config.PRESENCE_ROOM_MAX)
    for (const [index, row] of rows.entries()) {
      const userIds = watchers[index]!
      const audience = { tenantId: row.tenant_id, userIds }
      if (userIds.length) this.bus.publish(audience, { type: 'presence', ...toStatusView(row) })
    }
  }
}
