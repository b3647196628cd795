import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { StatsView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { Attendance } from './attendance.js'

@ApiTags('internal')
@Controller('stats')
export class StatsController {
  constructor(private readonly attendance: Attendance) {}

  @Get()
  @Endpoint({
    access: 'internal',
    summary: 'How many people are connected',
    description: 'However many sockets each of them has, by whatever protocol, at whatever node.',
    answers: StatsView,
  })
  async read(@Caller() { tenantId }: Actor): Promise<StatsView> {
    return { connectedUsers: await this.attendance.count(tenantId) }
  }
}
