import { ApiProperty } from '@nestjs/swagger'
import { failures, type ErrorCode, type FieldError, type Problem } from './errors.js'

class FieldErrorView implements FieldError {
  @ApiProperty({ example: 'text_message' })
  field: string
  @ApiProperty({ example: 'must be a text of 1 to 10000 characters (Unicode code points)' })
  message: string
}

/** RFC 9457. */
export class ProblemView implements Problem {
  @ApiProperty({ example: '/docs/errors#room_not_found' })
  type: string
  @ApiProperty({ example: 'There is no such room' })
  title: string
  @ApiProperty({ type: 'integer', example: 404 })
  status: number
  @ApiProperty({ example: 'There is no room with this id.' })
  detail: string
  @ApiProperty({ enum: [...failures.keys()], enumName: 'ErrorCode', description: 'Stable: what a program goes by' })
  code: ErrorCode
  @ApiProperty({ description: 'May the very same request succeed later?' })
  retryable: boolean
  @ApiProperty({ example: '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73', description: 'Names the request in the logs' })
  request_id: string
  @ApiProperty({ type: 'integer', required: false, example: 20, description: 'When to try again, in milliseconds' })
  retry_after_ms?: number
  @ApiProperty({ required: false, type: [FieldErrorView] })
  errors?: FieldErrorView[]
}
