import { Text } from '../contract/fields.js'

export class SystemMessageDto {
  @Text({ max: 128, description: 'A stored room by its id, or else an ephemeral one by its name', example: 'room123' })
  roomId: string
  @Text({ max: 10_000, example: 'Server maintenance in 5 minutes' })
  message: string
}
