/** The frames of `/ws/{room_id}/{user_id}` (seed 003). */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from '../../contract/examples.js'
import type { Taken, Told } from './frames.js'
import { PlainErrorData, ReactData, SkippedData } from './plain.frames.js'

class SendData {
  @ApiProperty({ minLength: 1, maxLength: 10_000, example: 'Hello' })
  content: string
  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    required: false,
    maxLength: 2048,
    example: 'https://cdn.acme.example/plan.pdf',
  })
  file_url?: string | null
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

class TypingSentData {
  @ApiProperty({ required: false, default: true, description: 'It ends by itself 5 s after the last true' })
  is_typing?: boolean
}

class NewMessageData {
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ type: 'integer', minimum: 1, example: 17, description: '1, 2, 3 … in the room, with no gap' })
  seq: number
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ids.user, description: 'null: the system' })
  user_id: string | null
  @ApiProperty({ example: 'Ann', description: 'display_name, else username, else external_id, else user_id' })
  username: string
  @ApiProperty({ type: String, nullable: true, example: 'Hello', description: 'null: it was deleted' })
  content: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  file_url: string | null
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ required: false, example: '0b6f…', description: 'The sender’s own id of this send' })
  client_message_id?: string
}

class ReactionData extends ReactData {
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'Who reacted' })
  user_id: string
}

class TypingData {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ example: 'Ann' })
  username: string
  @ApiProperty({ example: true })
  is_typing: boolean
}

class ClosedData {
  @ApiProperty({ example: 'The stream has ended.' })
  message: string
}

export const takes = {
  send_message: {
    command: 'message.send',
    payload: SendData,
    answers: ['new_message'],
    summary: 'Send a message. It comes back as everybody hears it, once it is on disk',
  },
  reaction: { command: 'reaction.add', payload: ReactData, answers: ['reaction'], summary: 'React to a message' },
  typing: { command: 'typing', payload: TypingSentData, summary: 'Say that you type, or do not any more' },
} satisfies Record<string, Taken>

export const tells = {
  new_message: { payload: NewMessageData, summary: 'A message, missed or new, in the order of `seq`' },
  reaction: { payload: ReactionData, summary: 'Somebody reacted to a message' },
  typing: { payload: TypingData, summary: 'Somebody types, or does not any more' },
  skipped: { payload: SkippedData, summary: 'You read too slowly: messages were left out' },
  closed: {
    payload: ClosedData,
    summary: 'The livestream whose room it is has ended. Then the server closes with 1000',
  },
  error: { payload: PlainErrorData, summary: 'What you sent could not be done' },
} satisfies Record<string, Told>
