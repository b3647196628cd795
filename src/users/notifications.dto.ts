import { AnyJson, Text } from '../contract/fields.js'
import type { Metadata } from '../contract/views.js'

export class NotifyDto {
  @Text({ max: 100, example: 'new_follower', description: 'What it is about, in your own words' })
  type: string
  @Text({ max: 200, optional: true, nullable: true, example: 'Ann follows you' })
  title?: string | null
  @Text({ max: 2000, optional: true, nullable: true })
  body?: string | null
  @AnyJson({ optional: true, example: { follower_id: 'customer-42' } })
  data?: Metadata
}
