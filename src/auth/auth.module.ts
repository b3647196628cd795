import { Module } from '@nestjs/common'
import { JwtModule } from '@nestjs/jwt'
import { TenantsModule } from '../tenants/tenants.module.js'
import { UsersModule } from '../users/users.module.js'
import { AllowanceService } from './allowance.service.js'
import { AuthController } from './auth.controller.js'
import { AuthService } from './auth.service.js'
import { TokensService } from './tokens.service.js'

@Module({
  imports: [JwtModule.register({}), TenantsModule, UsersModule],
  controllers: [AuthController],
  providers: [AuthService, TokensService, AllowanceService],
  exports: [AuthService, AllowanceService],
})
export class AuthModule {}
