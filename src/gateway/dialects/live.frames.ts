/** The livestream app's Socket.IO events (seed 001). */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from '../../contract/examples.js'
import { ProblemView } from '../../contract/problem.view.js'
import { MessageView, NotificationView } from '../../contract/views.js'
import type { Taken, Told } from './frames.js'

class OfStream {
  @ApiProperty({ example: 'stream_001', description: 'Your own id of the stream' })
  streamId: string
}

class ChatMessageData extends OfStream {
  @ApiProperty({ minLength: 1, maxLength: 10_000, example: 'Hello' })
  message: string
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

class NothingData {}

class NotificationRoomData {
  @ApiProperty({ example: `notification:${ids.user}` })
  room: string
}

class FailedData {
  @ApiProperty({ example: 'There is no such stream, or it is not live.', description: 'One sentence, for people' })
  message: string
}

class JoinedData extends OfStream {
  @ApiProperty({ example: '', description: 'Empty in production' })
  streamKeyForDev: string
}

class NewMessageData extends OfStream {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ids.user, description: 'null: the system' })
  userId: string | null
  @ApiProperty({ example: 'Ann', description: 'display_name, else username, else external_id, else user_id' })
  username: string
  @ApiProperty({ type: String, nullable: true, example: 'Hello', description: 'null: it was deleted' })
  message: string | null
  @ApiProperty({ format: 'date-time', example: time })
  timestamp: string
}

class HistoryData extends OfStream {
  @ApiProperty({ type: [NewMessageData], maxItems: 20, description: 'The last 20, oldest first' })
  messages: NewMessageData[]
}

class CountData extends OfStream {
  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  count: number
}

class EndedData {
  @ApiProperty({ example: 'stream_001', description: 'The stream’s id' })
  roomId: string
  @ApiProperty({ example: 'The stream has ended.' })
  message: string
}

class JoinedAnswer {
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
  @ApiProperty({ format: 'uuid', example: ids.room, description: 'For `join_room`, and for REST' })
  room_id: string
}

class LeftAnswer {
  @ApiProperty({ example: 'stream_001' })
  stream_id: string
}

class SentAnswer {
  @ApiProperty({ type: MessageView })
  message: MessageView
  @ApiProperty({ description: 'Had this `client_message_id` been sent before?' })
  duplicate: boolean
}

export const takes = {
  join_notification_room: {
    command: 'notifications.join',
    payload: NothingData,
    answer: NotificationRoomData,
    answers: ['notification_room_joined'],
    refusal: 'notification_room_join_error',
    summary: 'Hear what your backend notifies you of',
  },
  join_stream_room: {
    command: 'stream.join',
    payload: OfStream,
    answer: JoinedAnswer,
    answers: ['room_joined_successfully', 'recent_chat_history'],
    refusal: 'room_join_error',
    summary: 'Watch a stream: its chat, and how many watch it',
  },
  leave_stream_room: {
    command: 'stream.leave',
    payload: OfStream,
    answer: LeftAnswer,
    refusal: 'room_join_error',
    summary: 'Watch it no longer',
  },
  chat_message: {
    command: 'stream.send',
    payload: ChatMessageData,
    answer: SentAnswer,
    answers: ['new_message'],
    refusal: 'message_error',
    summary: 'Say something about a stream that you watch',
  },
} as const satisfies Record<string, Taken>

export const tells = {
  notification_room_joined: { payload: NotificationRoomData, summary: 'From now on you hear notifications' },
  notification_room_join_error: { payload: FailedData, summary: '`join_notification_room` could not be done' },
  notification: { payload: NotificationView, summary: 'Your backend notifies you' },
  room_joined_successfully: { payload: JoinedData, summary: 'You watch the stream' },
  room_join_error: { payload: FailedData, summary: 'No such stream, not live, or a bad id' },
  recent_chat_history: { payload: HistoryData, summary: 'What was said last' },
  new_message: { payload: NewMessageData, summary: 'Somebody said something' },
  message_error: { payload: FailedData, summary: '`chat_message` could not be done' },
  viewer_count_updated: {
    payload: CountData,
    summary: 'How many people watch: at most once a second, the last is right',
  },
  messages_skipped: { payload: CountData, summary: 'You read too slowly: so many messages were left out' },
  stream_ended_notification: { payload: EndedData, summary: 'The stream has ended. Then the server disconnects you' },
  exception: { payload: ProblemView, summary: 'The session ends, and why' },
} satisfies Record<string, Told>
