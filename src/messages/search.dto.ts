import { Text, Time, Uuid } from '../contract/fields.js'
import { PageDto } from '../contract/page.js'

export class SearchDto extends PageDto {
  @Text({
    max: 200,
    example: 'hello "good morning" -spam',
    description: 'Words, all of which must be there, without regard to case and accents; "a phrase"; -not; or',
  })
  q: string
  @Uuid({ optional: true, description: 'Only in this room' })
  room_id?: string
  @Uuid({ optional: true, description: 'Only what this user sent' })
  user_id?: string
  @Time({ optional: true, description: 'Only what was sent then or later' })
  after?: string
  @Time({ optional: true, description: 'Only what was sent before' })
  before?: string
}
