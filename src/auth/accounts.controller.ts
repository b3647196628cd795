import { Body, Controller, Ip, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Person } from '../contract/actor.js'
import type { Session } from '../contract/session.js'
import { AccessTokenView } from '../contract/views.js'
import { CallerSession, PathTenant } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { ChangePasswordDto, LoggedInView, LogInDto, RegisterDto } from './accounts.dto.js'
import { AccountsService, type Guest } from './accounts.service.js'

const guest = (session: Session | undefined, address: string, pathTenant: string | undefined): Guest =>
  session ? { address: null, tenantId: session.actor.tenantId } : { address, tenantId: pathTenant ?? null }

@ApiTags('auth')
@Controller('auth')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('register')
  @Endpoint({
    access: 'guest',
    summary: 'Make oneself a user, where the tenant allows it',
    description: 'The tenant is named by `tenant_id` or by a `clientKey`; it must have `self_registration`.',
    answers: LoggedInView,
    makes: true,
    secret: true,
    errors: ['username_taken', 'overloaded'],
  })
  register(
    @CallerSession() session: Session | undefined,
    @Ip() address: string,
    @PathTenant() tenant: string | undefined,
    @Body() body: RegisterDto,
  ) {
    return this.accounts.register(guest(session, address, tenant), body)
  }

  @Post('login')
  @Endpoint({
    access: 'guest',
    summary: 'A JWT for username and password',
    description:
      'Nothing tells whether there is such a user. A right password counts as an attempt, too; one address has few ' +
      'attempts at one user, and does not use up those of others. Where a user logged in lately, they still can when ' +
      'strangers have used up what all addresses may try.',
    answers: LoggedInView,
    secret: true,
    errors: ['login_failed', 'user_locked', 'overloaded'],
  })
  logIn(
    @CallerSession() session: Session | undefined,
    @Ip() address: string,
    @PathTenant() tenant: string | undefined,
    @Body() body: LogInDto,
  ) {
    return this.accounts.logIn(guest(session, address, tenant), body)
  }

  @Post('logout')
  @Endpoint({
    access: 'user',
    summary: 'End this JWT and its sockets at once',
    answers: 204,
    errors: ['forbidden'],
  })
  logOut(@CallerSession() session: Session<Person>, @Body() _: NoBody) {
    return this.accounts.logOut(session)
  }

  @Post('password')
  @Endpoint({
    access: 'user',
    summary: 'Change one’s password, which ends all older tokens and sockets',
    description:
      'Answers a new token. Who has no password, or forgot it, gets one on the backend’s word: with a `clientKey` that ' +
      'names the user, no `old_password` is needed.',
    answers: AccessTokenView,
    secret: true,
    errors: ['tenant_not_found', 'password_wrong', 'overloaded'],
  })
  changePassword(@CallerSession() session: Session<Person>, @Ip() address: string, @Body() body: ChangePasswordDto) {
    return this.accounts.changePassword(session, body, address)
  }
}
