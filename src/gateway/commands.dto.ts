import { ApiProperty } from '@nestjs/swagger'
import { anyJson } from '../contract/examples.js'
import { Flag, Text, Uuid, Whole } from '../contract/fields.js'
import { Parts } from '../contract/input.js'
import { maxRoomName } from '../contract/room-names.js'
import { StreamDto } from '../livestreams/livestreams.dto.js'
import { EditMessageDto, SendMessageDto } from '../messages/messages.dto.js'
import { MarkReadDto } from '../messages/reads.dto.js'
import { RoomIdDto } from '../rooms/rooms.dto.js'
import { ValidateIf } from 'class-validator'

/** How much of a room the client has. What is left out is not told again. */
export class RoomPositionDto extends RoomIdDto {
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'The last `seq` that the client has' })
  after_seq?: number
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'The last `rev` that the client has' })
  after_rev?: number
}

export class JoinRoomDto extends RoomPositionDto {
  @ApiProperty({ ...anyJson, required: false, description: 'Seed 004’s clients send it; it means nothing' })
  @ValidateIf(() => false)
  text_message?: unknown
}

/** As many as a client may want to hear of again after a reconnection. */
const maxRooms = 255

export class SyncRoomsDto {
  @Parts(RoomPositionDto, { min: 1, max: maxRooms, by: ({ room_id }) => room_id })
  rooms: RoomPositionDto[]
}

/** Nothing need be said. */
export class NothingDto {}

/** What a stream is sent by its own id: a text alone. */
export class SendToStreamDto extends StreamDto {
  @Text({ max: 10_000 })
  text_message: string
  @Text({ max: 200, optional: true, nullable: true })
  client_message_id?: string | null
}

export class LeaveRoomDto extends RoomIdDto {}

/** With the messages after this one, or else with so many of the newest. */
export class EnterRoomDto extends RoomIdDto {
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'The last `seq` that the client has' })
  after_seq?: number
  @Whole({ min: 0, max: 100, optional: true, description: 'How many of the newest messages are told first' })
  history?: number
}

/** A room that is only a name. */
export class EphemeralDto {
  @Text({ max: maxRoomName, description: 'Any name but a UUID', example: 'lobby' })
  name: string
}

export class SendToEphemeralDto extends EphemeralDto {
  @Text({ max: 10_000, example: 'Hello' })
  text: string
  @Text({ max: 200, optional: true, nullable: true, description: 'Your own id of this send, which comes back with it' })
  client_message_id?: string | null
}

export class TypeInEphemeralDto extends EphemeralDto {
  @Flag({ description: 'It ends by itself 5 s after the last true' })
  is_typing: boolean
}

export class RefreshTokenDto {
  @Text({ max: 8192, description: 'A JWT of the same user' })
  token: string
}

export class SendToRoomDto extends SendMessageDto {
  @Uuid()
  room_id: string
}

export class MessageIdDto extends RoomIdDto {
  @Uuid()
  message_id: string
}

export class MarkReadInRoomDto extends MarkReadDto {
  @Uuid()
  room_id: string
}

export class ReactionDto extends MessageIdDto {
  @Text({ max: 64, description: 'One emoji', example: '👍' })
  emoji: string
}

export class EditInRoomDto extends EditMessageDto {
  @Uuid()
  room_id: string
  @Uuid()
  message_id: string
}
