import { Body, Controller, Get, Patch } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor, Person } from '../contract/actor.js'
import { StatusView } from '../contract/views.js'
import { Caller, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { UpdateStatusDto } from './presence.dto.js'
import { PresenceService } from './presence.service.js'

@ApiTags('user')
@Controller('user')
export class PresenceController {
  constructor(private readonly presence: PresenceService) {}

  @Patch('me/status')
  @Endpoint({
    access: 'user',
    summary: 'Become invisible, or visible again',
    description: 'Who is invisible is offline to all others, last seen when that began; they see others as usual.',
    answers: StatusView,
  })
  update(@Caller() actor: Person, @Body() body: UpdateStatusDto) {
    return this.presence.update(actor, body)
  }

  @Get(':user_id/status')
  @Endpoint({
    access: 'tenant',
    summary: 'Whether a user is there, and when they were seen last',
    description:
      'Changes are told as `presence` to friends and to members of small rooms. Whom a user has blocked sees them offline.',
    answers: StatusView,
    errors: ['user_not_found'],
  })
  status(@Caller() actor: Actor, @Id('user_id') userId: string) {
    return this.presence.status(actor, userId)
  }
}
