import { Controller, Get } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { Endpoint } from '../http/endpoint.js'
import { asyncApi, type AsyncApi } from './asyncapi.js'

/** Every frame of every socket, as a program reads it. */
@ApiExcludeController()
@Controller('docs/asyncapi.json')
export class AsyncApiController {
  private readonly document = asyncApi()

  @Get()
  @Endpoint({ access: 'public', summary: 'Every frame of every socket', answers: Object })
  read(): AsyncApi {
    return this.document
  }
}
