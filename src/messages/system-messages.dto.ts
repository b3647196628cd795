import { Text } from '../contract/fields.js'
import { maxRoomName } from '../contract/room-names.js'

export class SystemMessageDto {
  @Text({
    max: maxRoomName,
    description: 'A stored room by its id, or else an ephemeral one by its name',
    example: 'room123',
  })
  roomId: string
  @Text({ max: 10_000, example: 'Server maintenance in 5 minutes' })
  message: string
}
