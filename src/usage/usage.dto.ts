import { Day } from '../contract/fields.js'

export class UsageQueryDto {
  @Day({ optional: true, example: '2026-11-01', description: 'The first day; 29 days before the last one unless said' })
  from?: string
  @Day({ optional: true, example: '2026-11-30', description: 'The last day; today unless said' })
  to?: string
}
