import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Operator } from '../contract/actor.js'
import { UsageView } from '../contract/views.js'
import { Id, TheOperator } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { UsageQueryDto } from './usage.dto.js'
import { UsageService } from './usage.service.js'

@ApiTags('admin')
@Controller('admin/tenant/:tenant_id/usage')
export class TenantUsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @Endpoint({
    access: 'operator',
    summary: 'What a tenant used, by day, what it has now and what it may have',
    description: 'Days are those of UTC, a year of them at most. What other nodes did is some seconds old.',
    answers: UsageView,
    errors: ['tenant_not_found'],
  })
  read(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Query() query: UsageQueryDto) {
    return this.usage.ofTenant(operator, tenantId, query)
  }
}
