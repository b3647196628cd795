import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { UsageView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { UsageQueryDto } from './usage.dto.js'
import { UsageService } from './usage.service.js'

@ApiTags('usage')
@Controller('usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @Endpoint({
    access: 'backend',
    summary: 'What the tenant used, by day, what it has now and what it may have',
    description: 'Days are those of UTC, a year of them at most. What other nodes did is some seconds old.',
    answers: UsageView,
  })
  read(@Caller() actor: Actor, @Query() query: UsageQueryDto) {
    return this.usage.mine(actor, query)
  }
}
