import { Body, Controller, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { NotificationView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NotifyDto } from './notifications.dto.js'
import { NotificationsService } from './notifications.service.js'

@ApiTags('user')
@Controller('user/:user_id/notification')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Post()
  @Endpoint({
    access: 'backend',
    summary: 'Tell a user something',
    description: 'To all their sockets that joined their notification room. It is not kept.',
    answers: NotificationView,
    makes: true,
    errors: ['user_not_found'],
  })
  notify(@Caller() actor: Actor, @Id('user_id') userId: string, @Body() body: NotifyDto) {
    return this.notifications.notify(actor, userId, body)
  }
}
