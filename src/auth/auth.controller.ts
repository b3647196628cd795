import { Body, Controller, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Session } from '../contract/session.js'
import { AccessTokenView } from '../contract/views.js'
import { CallerSession, Id } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { AuthService } from './auth.service.js'

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post(':user_id')
  @Endpoint({
    access: 'backend',
    summary: 'Mint a JWT for a user',
    description: 'Your backend calls this with its `clientKey` and hands the token to the user’s frontend.',
    answers: AccessTokenView,
    makes: true,
    errors: ['user_not_found'],
  })
  mint(@CallerSession() session: Session, @Id('user_id') userId: string, @Body() _: NoBody) {
    return this.auth.mint(session, userId)
  }
}
