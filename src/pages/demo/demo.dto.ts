import { Text, Uuid } from '../../contract/fields.js'

export class DemoSessionDto {
  @Text({ max: 50, example: 'Ann' })
  name: string
  @Uuid({ optional: true, description: 'Who it was before' })
  user_id?: string
  @Text({ max: 100, optional: true, description: 'What was answered with this user_id' })
  session_secret?: string
}

/** Who somebody is in the demo, and where they may go. */
export interface DemoSessionView {
  tenant_id: string
  user_id: string
  display_name: string
  /** A JWT of theirs. */
  token: string
  expires_at: string
  /** By which they are the same again; nobody else knows it. */
  session_secret: string
  room_id: string
  stream_id: string
  stream_room_id: string
}
