import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { TenantView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { TenantsService } from './tenants.service.js'

@ApiTags('usage')
@Controller('tenant')
export class OwnTenantController {
  constructor(private readonly tenants: TenantsService) {}

  @Get()
  @Endpoint({
    access: 'backend',
    summary: 'What the operator has settled for the tenant',
    answers: TenantView,
  })
  read(@Caller() actor: Actor) {
    return this.tenants.mine(actor)
  }
}
