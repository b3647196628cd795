import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Operator } from '../contract/actor.js'
import { NewTenantView, TenantView } from '../contract/views.js'
import { Id, TheOperator } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { CreateTenantDto, ListTenantsDto, UpdateTenantDto } from './tenants.dto.js'
import { TenantsService } from './tenants.service.js'

@ApiTags('admin')
@Controller('admin/tenant')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Post()
  @Endpoint({
    access: 'operator',
    summary: 'Make a tenant, with its first API token',
    answers: NewTenantView,
    makes: true,
  })
  create(@TheOperator() operator: Operator, @Body() body: CreateTenantDto) {
    return this.tenants.create(operator, body)
  }

  @Get()
  @Endpoint({ access: 'operator', summary: 'All tenants', answers: PageOf(TenantView), errors: ['invalid_cursor'] })
  list(@TheOperator() operator: Operator, @Query() query: ListTenantsDto) {
    return this.tenants.list(operator, query)
  }

  @Get(':tenant_id')
  @Endpoint({ access: 'operator', summary: 'One tenant', answers: TenantView, errors: ['tenant_not_found'] })
  get(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string) {
    return this.tenants.get(operator, tenantId)
  }

  @Patch(':tenant_id')
  @Endpoint({
    access: 'operator',
    summary: 'Change, suspend or resume a tenant',
    description: 'Suspending refuses every request of the tenant and ends its sockets at once.',
    answers: TenantView,
    errors: ['tenant_not_found'],
  })
  update(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Body() body: UpdateTenantDto) {
    return this.tenants.update(operator, tenantId, body)
  }

  @Delete(':tenant_id')
  @Endpoint({
    access: 'operator',
    summary: 'Delete a tenant with everything in it',
    description: 'Users, rooms, messages, keys: there is no way back.',
    answers: 204,
    errors: ['tenant_not_found'],
  })
  delete(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string) {
    return this.tenants.delete(operator, tenantId)
  }
}
