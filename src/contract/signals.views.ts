/** What is told and not kept. */
import { ApiProperty } from '@nestjs/swagger'
import { anyJson, ids, time } from './examples.js'
import type { Metadata } from './metadata.js'

/** To one user, by their backend (seed 001). */
export class NotificationView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ example: 'new_follower', description: 'What it is about, in the integrator’s own words' })
  type: string
  @ApiProperty({ type: String, nullable: true, example: 'Ann follows you' })
  title: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  body: string | null
  @ApiProperty({ ...anyJson, example: { follower_id: 'customer-42' } })
  data: Metadata
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export const callSignals = ['offer', 'answer', 'candidate', 'hangup'] as const

/** What two browsers must tell each other before they can talk (WebRTC). */
export class CallSignalView {
  @ApiProperty({ format: 'uuid', example: ids.room, description: 'A private room' })
  room_id: string
  @ApiProperty({ enum: callSignals })
  kind: (typeof callSignals)[number]
  @ApiProperty({ ...anyJson, example: { type: 'offer', sdp: 'v=0…' } })
  data: Metadata
}

/** Said in a room that is only a name. */
export interface EphemeralMessageView {
  name: string
  /** null: the backend, or the system. */
  sender: { user_id: string; name: string } | null
  text: string
  /** The client's own id of it, so that it knows its own when it comes back. */
  client_message_id: string | null
  created_at: string
}

/** As `chat.system` tells it (seed 002). */
export class SystemMessageView {
  @ApiProperty({ example: 'room123' })
  roomId: string
  @ApiProperty({ example: 'Server maintenance in 5 minutes' })
  message: string
  @ApiProperty({ format: 'date-time', example: time })
  timestamp: string
}

export class StatsView {
  @ApiProperty({ type: 'integer', example: 42, description: 'People of the tenant who have a socket' })
  connectedUsers: number
}
