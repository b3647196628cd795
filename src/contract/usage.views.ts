/** The public shape of what a tenant uses, and at the same time its schema in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { LimitsView } from './tenant.views.js'

export class UsageDayView {
  @ApiProperty({ format: 'date', example: '2026-11-21', description: 'A day of UTC' })
  day: string
  @ApiProperty({ type: 'integer', example: 12_345 })
  messages: number
  @ApiProperty({ type: 'integer', example: 1_850_000, description: 'What these messages, and edits of that day, took' })
  bytes: number
  @ApiProperty({
    type: 'integer',
    example: 420,
    description:
      'The most sockets that there were at a time, on all nodes. When a node dies without a word, whoever is back within ' +
      '90 s may count twice',
  })
  peak_connections: number
  @ApiProperty({ type: 'integer', example: 310, description: 'People who came, asked or sent that day' })
  active_users: number
}

export class UsageMonthView {
  @ApiProperty({ format: 'date', example: '2026-11-01', description: 'Its first day' })
  month: string
  @ApiProperty({ type: 'integer', example: 1200, description: 'People who came, asked or sent that month' })
  monthly_active_users: number
}

export class UsageNowView {
  @ApiProperty({ type: 'integer', example: 301, description: 'Sockets, on all nodes' })
  connections: number
  @ApiProperty({ type: 'integer', example: 96 })
  rooms: number
  @ApiProperty({ type: 'integer', example: 48_000_000, description: 'Bytes of the texts, metadata and file_urls kept' })
  storage_bytes: number
}

export class UsageView {
  @ApiProperty({ type: [UsageDayView], description: 'Each day, the earliest first' })
  items: UsageDayView[]
  @ApiProperty({ type: [UsageMonthView], description: 'Each month of these days, all of it' })
  months: UsageMonthView[]
  @ApiProperty({ type: UsageNowView })
  now: UsageNowView
  @ApiProperty({ type: LimitsView, description: 'All limits that hold; a quota that is not there has none' })
  limits: LimitsView
  @ApiProperty({ type: LimitsView, description: 'What holds where the tenant has no limit of its own' })
  default_limits: LimitsView
}
