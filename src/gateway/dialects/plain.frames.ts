/** What the dialects of plain WebSockets say alike. */
import { ApiProperty } from '@nestjs/swagger'
import { failures, type ErrorCode } from '../../contract/errors.js'
import { ids } from '../../contract/examples.js'

/** Of a failure, what a client needs to go on. */
export class PlainErrorData {
  @ApiProperty({ example: 'Too many requests: try again in 20 ms.', description: 'One sentence, for people' })
  message: string
  @ApiProperty({ enum: [...failures.keys()], enumName: 'ErrorCode', description: 'Stable: what a program goes by' })
  code: ErrorCode
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    example: 20,
    description: 'When to try again, in milliseconds',
  })
  retry_after_ms?: number
  @ApiProperty({ required: false, example: '0b6f…', description: 'Of the frame that failed, if it had one' })
  client_message_id?: string
}

export class SkippedData {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 12,
    description: 'Messages of others than the streamer, left out since you read too slowly',
  })
  count: number
}

/** A message and how somebody reacts to it. */
export class ReactData {
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ example: '👍', description: 'One emoji' })
  emoji: string
}
