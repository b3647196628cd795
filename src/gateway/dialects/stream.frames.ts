/** The frames of `/ws/chat/{stream_id}` (seed 000). They have no names: what is in them says what they are. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from '../../contract/examples.js'
import type { Taken, Told } from './frames.js'
import { PlainErrorData } from './plain.frames.js'

class SendFrame {
  @ApiProperty({ minLength: 1, maxLength: 10_000, example: 'Hello' })
  content: string
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    maxLength: 200,
    example: '0b6f…',
    description: 'Your own id of this send. Sent again, it is the same message',
  })
  client_message_id?: string | null
}

const roles = ['streamer', 'viewer', 'system'] as const

class MessageFrame {
  @ApiProperty({ format: 'uuid', example: ids.message })
  id: string
  @ApiProperty({ type: 'integer', minimum: 1, example: 17, description: '1, 2, 3 … in the thread, with no gap' })
  seq: number
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ids.user, description: 'null: the system' })
  user_id: string | null
  @ApiProperty({ example: 'Ann', description: 'display_name, else username, else external_id, else user_id' })
  username: string
  @ApiProperty({ enum: roles, example: 'viewer' })
  role: (typeof roles)[number]
  @ApiProperty({ type: String, nullable: true, example: 'Hello', description: 'null: it was deleted' })
  content: string | null
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ required: false, example: 'https://cdn.acme.example/plan.pdf' })
  file_url?: string
  @ApiProperty({ required: false, example: '0b6f…', description: 'The sender’s own id of this send' })
  client_message_id?: string
}

class ErrorFrame {
  @ApiProperty({ type: PlainErrorData })
  error: PlainErrorData
}

class SkippedFrame {
  @ApiProperty({ type: 'integer', minimum: 1, example: 12, description: 'Messages of others than the streamer' })
  skipped: number
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
}

class ClosedFrame {
  @ApiProperty({ enum: [true], type: Boolean })
  closed: true
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
  @ApiProperty({ example: 'The stream has ended.' })
  message: string
}

export const takes = {
  message: {
    command: 'message.send',
    payload: SendFrame,
    answers: ['message'],
    refusal: 'error',
    summary: 'Send a message. It comes back as everybody hears it, once it is on disk',
  },
} satisfies Record<string, Taken>

export const tells = {
  message: { payload: MessageFrame, summary: 'A message: the last 50 first, or all after `after_seq`; then live' },
  error: { payload: ErrorFrame, summary: 'What you sent could not be done' },
  skipped: { payload: SkippedFrame, summary: 'You read too slowly: so many messages were left out' },
  closed: { payload: ClosedFrame, summary: 'The stream has ended. Then the server closes with 1000' },
} satisfies Record<string, Told>
