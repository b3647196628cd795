import { Body, Controller, Delete, Get, Header, Ip, Post, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { ChatError } from '../../contract/errors.js'
import { Endpoint } from '../../http/endpoint.js'
import type { ChatReply, ChatRequest } from '../../http/request.js'
import { Config } from '../../infra/config.js'
import { ConsoleSessionDto, type ConsoleSessionView } from './console.dto.js'
import { ConsoleService, sessionS } from './console.service.js'
import { cookieOf, setCookie } from './cookie.js'
import { isSameOrigin } from './same-origin.js'

/** For our own page alone: whoever calls from elsewhere shows their key. */
@ApiExcludeController()
@Controller('console/session')
export class ConsoleController {
  constructor(
    private readonly sessions: ConsoleService,
    private readonly config: Config,
  ) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    access: 'public',
    summary: 'Log in to the console by the operator’s key or an API token',
    answers: Object,
    secret: true,
    errors: ['validation_failed', 'client_key_invalid', 'tenant_suspended', 'origin_not_allowed', 'rate_limited'],
  })
  async logIn(
    @Body() { key }: ConsoleSessionDto,
    @Ip() address: string,
    @Req() request: ChatRequest,
    @Res({ passthrough: true }) reply: ChatReply,
  ): Promise<ConsoleSessionView> {
    this.requireOurPage(request)
    const { sealed, view } = await this.sessions.logIn(key, address)
    reply.header('set-cookie', setCookie(request, sealed, sessionS))
    return view
  }

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    access: 'public',
    summary: 'Who is logged in, for a page that was loaded anew',
    answers: Object,
    errors: ['credentials_missing', 'client_key_invalid', 'tenant_suspended', 'origin_not_allowed'],
  })
  read(@Req() request: ChatRequest): Promise<ConsoleSessionView> {
    this.requireOurPage(request)
    return this.sessions.read(cookieOf(request))
  }

  @Delete()
  @Endpoint({ access: 'public', summary: 'Log out', answers: 204, errors: ['origin_not_allowed'] })
  logOut(@Req() request: ChatRequest, @Res({ passthrough: true }) reply: ChatReply): void {
    this.requireOurPage(request)
    reply.header('set-cookie', setCookie(request))
  }

  private requireOurPage(request: ChatRequest): void {
    if (isSameOrigin(request, this.config)) return
    throw new ChatError('origin_not_allowed', 'Only the console’s own page may ask this.')
  }
}
