import { Flag } from '../contract/fields.js'
import { RoomIdDto } from '../rooms/rooms.dto.js'

export class TypingDto extends RoomIdDto {
  @Flag({ description: 'It ends by itself 5 s after the last true' })
  is_typing: boolean
}
