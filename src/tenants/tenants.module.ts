import { Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { ApiToken } from './api-token.entity.js'
import { OwnTenantController } from './own-tenant.controller.js'
import { SigningKey } from './signing-key.entity.js'
import { Tenant } from './tenant.entity.js'
import { ApiTokensController } from './api-tokens.controller.js'
import { ApiTokensRepository } from './api-tokens.repository.js'
import { ApiTokensService } from './api-tokens.service.js'
import { SigningKeysController } from './signing-keys.controller.js'
import { SigningKeysRepository } from './signing-keys.repository.js'
import { SigningKeysService } from './signing-keys.service.js'
import { TokenKey } from './token-key.entity.js'
import { TokenKeysController } from './token-keys.controller.js'
import { TokenKeysRepository } from './token-keys.repository.js'
import { TokenKeysService } from './token-keys.service.js'
import { TenantsController } from './tenants.controller.js'
import { TenantsRepository } from './tenants.repository.js'
import { TenantsService } from './tenants.service.js'

@Module({
  imports: [TypeOrmModule.forFeature([Tenant, ApiToken, SigningKey, TokenKey])],
  controllers: [
    TenantsController,
    OwnTenantController,
    ApiTokensController,
    SigningKeysController,
    TokenKeysController,
  ],
  providers: [
    TenantsService,
    ApiTokensService,
    SigningKeysService,
    TenantsRepository,
    ApiTokensRepository,
    SigningKeysRepository,
    TokenKeysService,
    TokenKeysRepository,
  ],
  exports: [TenantsService, ApiTokensService, SigningKeysService, TokenKeysService],
})
export class TenantsModule {}
