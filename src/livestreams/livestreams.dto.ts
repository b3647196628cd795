import { applyDecorators } from '@nestjs/common'
import { IsNotIn } from 'class-validator'
import { Text } from '../contract/fields.js'
import type { StreamView } from '../contract/views.js'

export const maxStreamId = 128

/** Any text, but for what every URL takes for a folder: `ws_url` could not name it. */
const StreamId = (): PropertyDecorator =>
  applyDecorators(
    Text({ max: maxStreamId, example: 'stream_001', description: 'Your own id of the stream' }),
    IsNotIn(['.', '..'], { message: 'must not be . or ..' }),
  )

export class StreamDto {
  @StreamId()
  stream_id: string
}

/** A stream as it is stored. */
export interface Stream {
  stream_id: string
  room_id: string
  streamer_id: string
  active: boolean
  created_at: Date
  closed_at: Date | null
}

export const toStreamView = (row: Stream): StreamView => ({
  stream_id: row.stream_id,
  room_id: row.room_id,
  streamer_id: row.streamer_id,
  active: row.active,
  created_at: row.created_at.toISOString(),
  closed_at: row.closed_at?.toISOString() ?? null,
})
