import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { Connected } from '../contract/ports.js'
import { StatsView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'

@ApiTags('internal')
@Controller('stats')
export class StatsController {
  constructor(private readonly connected: Connected) {}

  @Get()
  @Endpoint({
    access: 'internal',
    summary: 'How many people are connected to this node',
    description: 'However many sockets each of them has, by whatever protocol.',
    answers: StatsView,
  })
  read(@Caller() { tenantId }: Actor): StatsView {
    return { connectedUsers: this.connected.count(tenantId) }
  }
}
