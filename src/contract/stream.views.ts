import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'

/** Where one chats about a stream (seed 000). */
export class ThreadView {
  @ApiProperty({ example: 'wss://chat.acme.example/ws/chat/stream_001', description: 'To be opened with `?token=`' })
  ws_url: string
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
}

export class StreamView {
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ format: 'uuid', example: ids.user })
  streamer_id: string
  @ApiProperty({ example: false })
  active: boolean
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  closed_at: string | null
}
