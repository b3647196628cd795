import { Uuid, Whole } from '../contract/fields.js'
import { SendMessageDto } from '../messages/messages.dto.js'
import { RoomIdDto } from '../rooms/rooms.dto.js'
import { ValidateIf } from 'class-validator'

export class JoinRoomDto extends RoomIdDto {
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'The last `seq` that the client has' })
  after_seq?: number
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'The last `rev` that the client has' })
  after_rev?: number
  /** Seed 004's clients send it; it means nothing. */
  @ValidateIf(() => false)
  text_message?: unknown
}

export class LeaveRoomDto extends RoomIdDto {}

export class SendToRoomDto extends SendMessageDto {
  @Uuid()
  room_id: string
}
