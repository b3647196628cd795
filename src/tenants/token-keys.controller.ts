import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Operator } from '../contract/actor.js'
import { PageDto } from '../contract/page.js'
import { TokenKeyView } from '../contract/views.js'
import { Id, TheOperator } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { RegisterTokenKeyDto, tokenKeyExamples } from './token-keys.dto.js'
import { TokenKeysService } from './token-keys.service.js'

@ApiTags('admin')
@Controller('admin/tenant/:tenant_id/token-key')
export class TokenKeysController {
  constructor(private readonly keys: TokenKeysService) {}

  @Post()
  @Endpoint({
    access: 'operator',
    summary: 'Register a key of the tenant’s own login service',
    description:
      'From then on JWTs that it signs are taken: `uid` (else `sub`) is the user’s `external_id`, whom the first sight ' +
      'makes; `uname` is their name. So whoever signs with this key speaks for any user of the tenant, admins included, ' +
      'whether or not roles in its tokens count. One of `secret`, `public_key` and `jwks_url`. A token is refused once ' +
      'its user has been locked or has another password since its `iat`, or says none.',
    answers: TokenKeyView,
    makes: true,
    examples: tokenKeyExamples,
    errors: ['tenant_not_found', 'issuer_taken'],
  })
  register(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Body() body: RegisterTokenKeyDto) {
    return this.keys.register(operator, tenantId, body)
  }

  @Get()
  @Endpoint({
    access: 'operator',
    summary: 'The token keys of a tenant, without their secrets',
    answers: PageOf(TokenKeyView),
    errors: ['tenant_not_found', 'invalid_cursor'],
  })
  list(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Query() query: PageDto) {
    return this.keys.list(operator, tenantId, query)
  }

  @Delete(':token_key_id')
  @Endpoint({
    access: 'operator',
    summary: 'Take a token key away',
    description: 'Its tokens are refused from then on, and the sockets that live by one end.',
    answers: 204,
    errors: ['tenant_not_found', 'token_key_not_found'],
  })
  delete(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Id('token_key_id') tokenKeyId: string) {
    return this.keys.delete(operator, tenantId, tokenKeyId)
  }
}
