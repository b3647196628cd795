/** The frames of `/chat/ws` and `/ws` (seed 002). A room is a stored one if its name is a UUID, else only this name. */
import { ApiProperty } from '@nestjs/swagger'
import { anyJson, ids, time } from '../../contract/examples.js'
import { maxRoomName } from '../../contract/room-names.js'
import { callSignals, type CallSignalView, type Metadata } from '../../contract/views.js'
import type { Taken, Told } from './frames.js'
import { PlainErrorData } from './plain.frames.js'

class InRoom {
  @ApiProperty({ minLength: 1, maxLength: maxRoomName, example: 'lobby', description: 'A UUID names a stored room' })
  roomId: string
}

class OfUser extends InRoom {
  @ApiProperty({ format: 'uuid', example: ids.user })
  userId: string
}

class JoinData {
  @ApiProperty({ minLength: 1, maxLength: maxRoomName, example: ids.room, description: 'A UUID names a stored room' })
  roomId: string
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    example: 17,
    description: 'Of a stored room: the last `seq` that you have',
  })
  after_seq?: number
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    required: false,
    example: 20,
    description: 'Of a stored room: how many of the newest messages are told first',
  })
  history?: number
}

class SendData {
  @ApiProperty({ minLength: 1, maxLength: maxRoomName, example: ids.room, description: 'A UUID names a stored room' })
  roomId: string
  @ApiProperty({ minLength: 1, maxLength: 10_000, example: 'Hello' })
  message: string
  @ApiProperty({ required: false, example: 'Ann', description: 'Not read: who speaks is known' })
  username?: string
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    maxLength: 200,
    example: '0b6f…',
    description: 'Your own id of this send. Sent again to a stored room, it is the same message',
  })
  client_message_id?: string | null
  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    required: false,
    maxLength: 2048,
    example: 'https://cdn.acme.example/plan.pdf',
    description: 'Of a stored room',
  })
  file_url?: string | null
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    required: false,
    example: ids.message,
    description: 'A message of the same stored room',
  })
  reply_to?: string | null
  @ApiProperty({
    type: [String],
    format: 'uuid',
    required: false,
    maxItems: 50,
    example: [],
    description: 'Users of the tenant; of a stored room',
  })
  mentions?: string[]
}

class TypeData extends InRoom {
  @ApiProperty({ example: true, description: 'It ends by itself 5 s after the last true' })
  isTyping: boolean
  @ApiProperty({ required: false, example: 'Ann', description: 'Not read: who types is known' })
  username?: string
}

class CallData {
  @ApiProperty({ format: 'uuid', example: ids.room, description: 'A private room' })
  roomId: string
  @ApiProperty({ enum: callSignals, example: 'offer' })
  kind: CallSignalView['kind']
  @ApiProperty({ ...anyJson, required: false, example: { type: 'offer', sdp: 'v=0…' } })
  data?: Metadata
}

/** What a message of a stored room says beside. */
class StoredData extends InRoom {
  @ApiProperty({ format: 'uuid', required: false, example: ids.message, description: 'Of a stored room' })
  messageId?: string
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    example: 17,
    description: 'Of a stored room: 1, 2, 3 … with no gap',
  })
  seq?: number
  @ApiProperty({ required: false, example: 'https://cdn.acme.example/plan.pdf' })
  file_url?: string
}

class MessageData extends StoredData {
  @ApiProperty({ format: 'uuid', example: ids.user })
  userId: string
  @ApiProperty({ example: 'Ann', description: 'display_name, else username, else external_id, else user_id' })
  username: string
  @ApiProperty({ example: 'Hello' })
  message: string
  @ApiProperty({ format: 'date-time', example: time })
  timestamp: string
  @ApiProperty({ required: false, example: '0b6f…', description: 'The sender’s own id of this send' })
  client_message_id?: string
}

class TypingData extends OfUser {
  @ApiProperty({ example: 'Ann' })
  username: string
  @ApiProperty({ example: true })
  isTyping: boolean
}

class SystemData extends StoredData {
  @ApiProperty({ example: 'Welcome' })
  message: string
  @ApiProperty({ format: 'date-time', example: time })
  timestamp: string
}

class CallHeardData extends CallData {
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'Who calls' })
  userId: string
}

class SkippedInRoomData extends InRoom {
  @ApiProperty({ type: 'integer', minimum: 1, example: 12, description: 'Left out, since you read too slowly' })
  count: number
}

class ErrorData extends PlainErrorData {
  @ApiProperty({ required: false, example: ids.room, description: 'The room that it is about' })
  roomId?: string
}

export const takes = {
  'chat.join': {
    command: 'room.enter',
    ephemeral: 'ephemeral.enter',
    payload: JoinData,
    answers: ['chat.joined'],
    summary: 'Hear a room, and say to it that you are there',
  },
  'chat.leave': {
    command: 'room.exit',
    ephemeral: 'ephemeral.exit',
    payload: InRoom,
    summary: 'Hear it no longer. A membership stays',
  },
  'chat.message': {
    command: 'room.say',
    ephemeral: 'ephemeral.send',
    payload: SendData,
    answers: ['chat.message'],
    summary: 'Send a message. It comes back as everybody hears it; of a stored room, once it is on disk',
  },
  'chat.typing': {
    command: 'typing',
    ephemeral: 'ephemeral.type',
    payload: TypeData,
    summary: 'Say that you type, or do not any more',
  },
  call_signal: {
    command: 'call.signal',
    payload: CallData,
    summary: 'Call the other one of a private room, answer, or hang up',
  },
} satisfies Record<string, Taken>

export const tells = {
  'chat.joined': { payload: InRoom, summary: 'You hear the room' },
  'chat.userJoined': { payload: OfUser, summary: 'Somebody hears the room: people, not sockets' },
  'chat.userLeft': { payload: OfUser, summary: 'Somebody does not hear it any more' },
  'chat.message': { payload: MessageData, summary: 'A message; in a stored room, in the order of all' },
  'chat.typing': { payload: TypingData, summary: 'Somebody types, or does not any more' },
  'chat.system': { payload: SystemData, summary: 'The backend, or the system, says something' },
  'chat.skipped': { payload: SkippedInRoomData, summary: 'You read too slowly: messages were left out' },
  call_signal: { payload: CallHeardData, summary: 'The other one of a private room calls, answers or hangs up' },
  error: { payload: ErrorData, summary: 'What you sent could not be done, or the room is no more' },
} satisfies Record<string, Told>
