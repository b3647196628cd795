import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '../contract/actor.js'
import { MessageView } from '../contract/views.js'
import { Caller } from '../http/decorators.js'
import { Endpoint, PageOf } from '../http/endpoint.js'
import { SearchDto } from './search.dto.js'
import { SearchService } from './search.service.js'

@ApiTags('message')
@Controller('search')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Get()
  @Endpoint({
    access: 'tenant',
    summary: 'Find messages by their words, the newest first',
    description:
      'In the rooms that the caller is a member of; the backend in all. Of languages that write no spaces, as Chinese, ' +
      'Japanese and Thai, any part of two characters or more is found.',
    answers: PageOf(MessageView),
    errors: ['room_not_found', 'not_a_member', 'removed', 'invalid_cursor'],
  })
  find(@Caller() actor: Actor, @Query() query: SearchDto) {
    return this.search.find(actor, query)
  }
}
