import { Injectable } from '@nestjs/common'
import type { Actor } from '../contract/actor.js'
import { EventBus } from '../contract/ports.js'
import type { NotificationView } from '../contract/views.js'
import type { NotifyDto } from './notifications.dto.js'
import { UsersService } from './users.service.js'

/** What only this user's sockets hear, if they asked to. */
export const notificationTopic = (userId: string): string => `notification:${userId}`

/** What a backend tells one of its users. It is kept nowhere: who does not listen misses it. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly users: UsersService,
    private readonly bus: EventBus,
  ) {}

  async notify(actor: Actor, userId: string, input: NotifyDto): Promise<NotificationView> {
    const { user_id } = await this.users.get(actor, userId)
    const { type, title = null, body = null, data = null } = input
    const notification = { user_id, type, title, body, data, created_at: new Date().toISOString() }
    const audience = { tenantId: actor.tenantId, topic: notificationTopic(user_id) }
    this.bus.publish(audience, { type: 'notification', notification })
    return notification
  }
}
