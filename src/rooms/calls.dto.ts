import { AnyJson, OneOf } from '../contract/fields.js'
import { callSignals, type CallSignalView, type Metadata } from '../contract/views.js'
import { RoomIdDto } from './rooms.dto.js'

export class CallSignalDto extends RoomIdDto {
  @OneOf(callSignals)
  kind: CallSignalView['kind']
  /** A session description is long. */
  @AnyJson({ maxKiB: 64, optional: true, example: { type: 'offer', sdp: 'v=0…' } })
  data?: Metadata
}
