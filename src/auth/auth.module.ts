import { Module } from '@nestjs/common'
import { JwtModule } from '@nestjs/jwt'
import { TenantsModule } from '../tenants/tenants.module.js'
import { UsersModule } from '../users/users.module.js'
import { AccountsController } from './accounts.controller.js'
import { AccountsRecords } from './accounts.records.js'
import { AccountsRepository } from './accounts.repository.js'
import { AccountsService } from './accounts.service.js'
import { AdmissionService } from './admission.service.js'
import { AllowanceService } from './allowance.service.js'
import { AttemptsService } from './attempts.service.js'
import { AuthController } from './auth.controller.js'
import { AuthService } from './auth.service.js'
import { ByKeyService } from './by-key.service.js'
import { ByTokenService } from './by-token.service.js'
import { RevokedHousekeeping } from './housekeeping.js'
import { GroundsService } from './grounds.service.js'
import { KeySetsService } from './key-sets.service.js'
import { OwnTokensService } from './own-tokens.service.js'
import { Passwords } from './passwords.js'
import { StandingService } from './standing.service.js'
import { TokensService } from './tokens.service.js'

@Module({
  imports: [JwtModule.register({}), TenantsModule, UsersModule],
  controllers: [AccountsController, AuthController],
  providers: [
    AuthService,
    AdmissionService,
    GroundsService,
    StandingService,
    ByKeyService,
    ByTokenService,
    TokensService,
    OwnTokensService,
    KeySetsService,
    AllowanceService,
    AccountsService,
    AccountsRepository,
    AccountsRecords,
    AttemptsService,
    Passwords,
    RevokedHousekeeping,
  ],
  exports: [AuthService, AdmissionService, AllowanceService, AttemptsService],
})
export class AuthModule {}
