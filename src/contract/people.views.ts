/** What people are to each other, and whether they are there. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'

export const friendStatuses = ['pending', 'accepted', 'blocked', 'none'] as const
export type FriendStatus = (typeof friendStatuses)[number]

export class StatusView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ description: 'From the first socket to some seconds after the last' })
  is_online: boolean
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time, description: 'null: never seen' })
  last_seen: string | null
  @ApiProperty({ required: false, description: 'Offline to all others. Shown to oneself only' })
  invisible?: boolean
}

/** How the caller stands to another user of the tenant. */
export class FriendView {
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'The other one' })
  user_id: string
  @ApiProperty({ enum: friendStatuses, description: 'blocked: by the caller' })
  status: FriendStatus
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: ids.user,
    description: 'Who asked, or who blocked',
  })
  requested_by: string | null
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  img_url: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  created_at: string | null
}
