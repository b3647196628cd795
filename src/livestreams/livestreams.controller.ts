import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common'
import { ApiParam, ApiTags } from '@nestjs/swagger'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readInput } from '../contract/input.js'
import type { Session } from '../contract/session.js'
import { StreamView, ThreadView } from '../contract/views.js'
import { trustedProxies, type IsProxy } from '../infra/client-address.js'
import { Config } from '../infra/config.js'
import { Caller, CallerSession } from '../http/decorators.js'
import { Endpoint } from '../http/endpoint.js'
import { NoBody } from '../http/input.pipe.js'
import { made } from '../http/made.js'
import type { ChatReply, ChatRequest } from '../http/request.js'
import { maxStreamId, StreamDto } from './livestreams.dto.js'
import { LivestreamsService } from './livestreams.service.js'
import { baseOf, wsUrl } from './ws-url.js'

const streamParam = ApiParam({
  name: 'stream_id',
  schema: { type: 'string', minLength: 1, maxLength: maxStreamId },
  example: 'stream_001',
  description: 'Your own id of the stream',
})

@ApiTags('livestream')
@Controller('api/chat/thread')
export class LivestreamsController {
  private readonly isProxy: IsProxy

  constructor(
    private readonly livestreams: LivestreamsService,
    private readonly config: Config,
  ) {
    this.isProxy = trustedProxies(config)
  }

  @Post()
  @Endpoint({
    access: 'user',
    summary: 'Open the chat of a stream, or open it again',
    description:
      'The caller is its streamer from then on, and everybody of the tenant may read and write there. Asked again, it is ' +
      'answered as it is (200). `ws_url` is the address that the outside sees: of `PUBLIC_URL`, or of the request.',
    answers: ThreadView,
    makes: 'or finds',
    errors: ['stream_taken', 'forbidden', 'quota_exceeded', 'bad_request'],
  })
  async open(
    @CallerSession() session: Session<Person>,
    @Body() { stream_id }: StreamDto,
    @Req() request: ChatRequest,
    @Res({ passthrough: true }) reply: ChatReply,
  ): Promise<ThreadView> {
    const base = this.baseFor(request)
    const { created, stream } = await this.livestreams.open(session.actor, stream_id)
    const { room_id } = stream
    // A token of the tenant's own says nothing of the tenant.
    const tenantId = session.tokenKeyId === null ? null : session.actor.tenantId
    return made(reply, created, { ws_url: wsUrl(base, stream_id, tenantId), stream_id, room_id })
  }

  @Post(':stream_id/close')
  @HttpCode(200)
  @Endpoint({
    access: 'tenant',
    summary: 'Close the chat of a stream (its streamer, admins, moderators and the backend)',
    description: 'Nothing is stored there any more. Who listens is told, and disconnected. It may be repeated.',
    answers: StreamView,
    errors: ['stream_not_found', 'forbidden'],
  })
  @streamParam
  close(@Caller() actor: Actor, @Param('stream_id') streamId: string, @Body() _: NoBody): Promise<StreamView> {
    const { stream_id } = readInput(StreamDto, { stream_id: streamId })
    return this.livestreams.close(actor, stream_id)
  }

  private baseFor({ protocol, host, headers, raw }: ChatRequest): string {
    if (this.config.PUBLIC_URL) return this.config.PUBLIC_URL
    const isBehind = this.isProxy(raw.socket.remoteAddress ?? '', 0)
    const shown = headers['x-forwarded-prefix']
    const base = baseOf({ protocol, host, prefix: isBehind && typeof shown === 'string' ? shown : undefined })
    if (!URL.canParse(base)) throw new ChatError('bad_request', 'The request does not say for which host it is.')
    return base
  }
}
