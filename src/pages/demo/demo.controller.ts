import { Body, Controller, Ip, Post } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { Endpoint } from '../../http/endpoint.js'
import { DemoSessionDto, type DemoSessionView } from './demo.dto.js'
import { DemoService } from './demo.service.js'

/** For our own page alone: whoever builds one has users and tokens of their own. */
@ApiExcludeController()
@Controller('demo')
export class DemoController {
  constructor(private readonly demo: DemoService) {}

  @Post('session')
  @Endpoint({
    access: 'public',
    summary: 'Come to the demo by a name, or again as whom one was',
    answers: Object,
    makes: true,
    secret: true,
    errors: ['validation_failed', 'token_invalid', 'user_locked', 'rate_limited'],
  })
  enter(@Body() body: DemoSessionDto, @Ip() address: string): Promise<DemoSessionView> {
    return this.demo.enter(body, address)
  }
}
