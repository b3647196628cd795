import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Operator } from '../contract/actor.js'
import { PageDto } from '../contract/page.js'
import { ApiTokenView, NewApiTokenView } from '../contract/views.js'
import { Id, TheOperator } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { ApiTokensService } from './api-tokens.service.js'
import { IssueApiTokenDto, RevokeApiTokenDto } from './tenants.dto.js'

@ApiTags('admin')
@Controller('admin/tenant/:tenant_id/api-token')
export class ApiTokensController {
  constructor(private readonly apiTokens: ApiTokensService) {}

  @Post()
  @Endpoint({
    access: 'operator',
    summary: 'Issue a further API token',
    description: 'The tokens there are stay good: change over, then revoke the old one.',
    answers: NewApiTokenView,
    makes: true,
    errors: ['tenant_not_found'],
  })
  issue(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Body() body: IssueApiTokenDto) {
    return this.apiTokens.issue(operator, tenantId, body)
  }

  @Get()
  @Endpoint({
    access: 'operator',
    summary: 'The API tokens of a tenant, by their last four characters',
    answers: PageOf(ApiTokenView),
    errors: ['tenant_not_found', 'invalid_cursor'],
  })
  list(@TheOperator() operator: Operator, @Id('tenant_id') tenantId: string, @Query() query: PageDto) {
    return this.apiTokens.list(operator, tenantId, query)
  }

  @Delete(':api_token_id')
  @Endpoint({
    access: 'operator',
    summary: 'Revoke an API token',
    description:
      'Ends the sockets that came by it. With `?tokens=true` also the JWTs that it minted, and their sockets.',
    answers: 204,
    errors: ['tenant_not_found', 'api_token_not_found'],
  })
  revoke(
    @TheOperator() operator: Operator,
    @Id('tenant_id') tenantId: string,
    @Id('api_token_id') apiTokenId: string,
    @Query() query: RevokeApiTokenDto,
  ) {
    return this.apiTokens.revoke(operator, tenantId, apiTokenId, query)
  }
}
