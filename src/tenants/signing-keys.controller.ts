import { Body, Controller, Get, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Operator } from '../contract/actor.js'
import { SigningKeyView } from '../contract/views.js'
import { Id, TheOperator } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { SigningKeysService } from './signing-keys.service.js'
import { RotateKeyDto } from './tenants.dto.js'

@ApiTags('admin')
@Controller('admin/tenant/:tenant_id/signing-key')
export class SigningKeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Post()
  @Endpoint({
    access: 'operator',
    summary: 'Rotate the key that signs the tenant’s JWTs',
    description: 'JWTs of the key before are accepted for the overlap: 0 seconds ends them at once.',
    answers: SigningKeyView,
    makes: true,
    errors: ['tenant_not_found'],
  })
  rotate(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Body() body: RotateKeyDto) {
    return this.keys.rotate(operator, tenantId, body)
  }

  @Get()
  @Endpoint({
    access: 'operator',
    summary: 'The signing keys of a tenant, newest first, without their secrets',
    answers: [SigningKeyView],
    errors: ['tenant_not_found'],
  })
  list(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string) {
    return this.keys.list(operator, tenantId)
  }
}
