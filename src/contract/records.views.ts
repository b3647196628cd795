/** What is kept about a person, as it is given to them: a list for each section. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'
import {
  MessageEditView,
  MessageView,
  roomRoles,
  roomTypes,
  StatusView,
  StreamView,
  UserView,
  type RoomRole,
  type RoomType,
} from './views.js'

/** A password, of which nobody is told more. */
export class PasswordRecordView {
  @ApiProperty({ format: 'date-time', example: time, description: 'When the password was set' })
  changed_at: string
}

const friendshipStatuses = ['pending', 'accepted', 'blocked'] as const

export class FriendshipRecordView {
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'The other one' })
  user_id: string
  @ApiProperty({ enum: friendshipStatuses, example: 'accepted', description: 'blocked: by the person' })
  status: (typeof friendshipStatuses)[number]
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'Who asked, or who blocked' })
  requested_by: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export class MembershipRecordView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ enum: roomTypes })
  type: RoomType
  @ApiProperty({ type: String, nullable: true, example: 'General' })
  name: string | null
  @ApiProperty({ enum: roomRoles, example: 'member' })
  room_role: RoomRole
  @ApiProperty({ format: 'date-time', example: time })
  joined_at: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 15 })
  last_read_seq: number
}

export class MessageRecordView extends MessageView {
  @ApiProperty({ type: [MessageEditView], description: 'What it said before its edits, the oldest first' })
  edits: MessageEditView[]
}

export class ReactionRecordView {
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ example: '👍' })
  emoji: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

/** A month in which somebody was there. */
export class ActivityRecordView {
  @ApiProperty({ format: 'date', example: '2026-11-01', description: 'Its first day' })
  month: string
  @ApiProperty({ type: [String], format: 'date', example: ['2026-11-21'] })
  days: string[]
}

/** Everything that is kept about a person. */
export class ExportView {
  @ApiProperty({ type: UserView })
  profile: UserView
  @ApiProperty({ type: [PasswordRecordView], description: 'One, if they log in by a password' })
  passwords: PasswordRecordView[]
  @ApiProperty({ type: [ActivityRecordView], description: 'When they came, asked or sent, this month and last' })
  activity: ActivityRecordView[]
  @ApiProperty({ type: [FriendshipRecordView], description: 'Whom they asked, know and have blocked' })
  friends: FriendshipRecordView[]
  @ApiProperty({ type: [MembershipRecordView], description: 'Rooms that they are in' })
  rooms: MembershipRecordView[]
  @ApiProperty({ type: [MessageRecordView], description: 'What they sent' })
  messages: MessageRecordView[]
  @ApiProperty({ type: [ReactionRecordView], description: 'Their reactions to messages' })
  reactions: ReactionRecordView[]
  @ApiProperty({ type: [StatusView], description: 'When they were seen last' })
  status: StatusView[]
  @ApiProperty({ type: [StreamView], description: 'Their streams' })
  streams: StreamView[]
}
