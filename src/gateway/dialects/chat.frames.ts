/** The chat service's Socket.IO events (seed 004): what clients send, what is acknowledged, and what they hear. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from '../../contract/examples.js'
import { ProblemView } from '../../contract/problem.view.js'
import {
  CallSignalView,
  FriendView,
  HeadView,
  MessageView,
  MyRoomView,
  ReactionChangeView,
  ReadStateView,
  roomRoles,
  RoomView,
  StatusView,
  TombstoneView,
  type RoomRole,
} from '../../contract/views.js'
import type { Taken, Told } from './frames.js'

class InRoom {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
}

class OfUser extends InRoom {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
}

class OfMember extends OfUser {
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
}

class RoomData {
  @ApiProperty({ type: RoomView })
  room: RoomView
}

class MessageUpdatedData {
  @ApiProperty({ type: MessageView })
  message: MessageView
}

class ReadData extends OfUser {
  @ApiProperty({ type: 'integer', minimum: 1, example: 17, description: 'Up to here' })
  seq: number
}

class TypingData extends OfMember {
  @ApiProperty({ example: true })
  is_typing: boolean
}

class MemberUpdatedData extends OfUser {
  @ApiProperty({ enum: roomRoles })
  room_role: RoomRole
}

class RoomActivityData extends InRoom {
  @ApiProperty({ type: 'integer', minimum: 0, example: 17 })
  last_seq: number
}

class CallSignalData extends CallSignalView {
  @ApiProperty({ format: 'uuid', example: ids.user, description: 'Who calls' })
  user_id: string
}

class CountData extends InRoom {
  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  count: number
}

class StreamEndedData extends InRoom {
  @ApiProperty({ example: 'The stream has ended.' })
  message: string
}

class HeadsData {
  @ApiProperty({ type: [HeadView] })
  rooms: HeadView[]
}

class ExpiryData {
  @ApiProperty({ format: 'date-time', example: time })
  expires_at: string
}

class RefreshedData {
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time, description: 'null: never' })
  expires_at: string | null
}

class ExceptionData extends ProblemView {
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'number' }],
    required: false,
    example: 'send_message',
    description: 'The event that could not be done, as it was named',
  })
  event?: string | number
  @ApiProperty({ required: false, example: '0b6f…', description: 'Of that event, if it had one' })
  client_message_id?: string
}

class ToldData {
  @ApiProperty({ type: 'integer', minimum: 0, example: 17, description: 'All messages up to here were told' })
  last_seq: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'All changes up to here were told' })
  last_rev: number
  @ApiProperty({ description: 'false: page the rest by REST, after the last that was told' })
  complete: boolean
}

class JoinedData extends ToldData {
  @ApiProperty({ type: MyRoomView })
  room: MyRoomView
}

/** Either where the room stands, or why it was not joined. */
class SyncedData extends InRoom {
  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 1 })
  first_seq?: number
  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 17 })
  last_seq?: number
  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 0 })
  last_rev?: number
  @ApiProperty({ required: false })
  complete?: boolean
  @ApiProperty({ type: ProblemView, required: false })
  error?: ProblemView
}

class SyncedRoomsData {
  @ApiProperty({ type: [SyncedData] })
  rooms: SyncedData[]
}

class SentData {
  @ApiProperty({ type: MessageView })
  message: MessageView
  @ApiProperty({ description: 'Had this `client_message_id` been sent before?' })
  duplicate: boolean
}

export const takes = {
  join_room: {
    command: 'room.join',
    answer: JoinedData,
    answers: ['new_message', 'message_updated', 'message_deleted'],
    summary: 'Hear a room: what was missed, then the acknowledgement, then what happens, with nothing lost between',
  },
  sync_rooms: {
    command: 'room.sync',
    answer: SyncedRoomsData,
    answers: ['new_message', 'message_updated', 'message_deleted'],
    summary: 'The same for many rooms at once, after a reconnection',
  },
  leave_room: { command: 'room.leave', answer: InRoom, summary: 'Hear a room no longer. The membership stays' },
  send_message: {
    command: 'message.send',
    answer: SentData,
    summary: 'Send a message. Acknowledged when it is on disk, never before',
  },
  edit_message: { command: 'message.edit', answer: MessageUpdatedData, summary: 'Change a message of one’s own' },
  delete_message: { command: 'message.delete', answer: MessageUpdatedData, summary: 'Delete a message' },
  mark_read: { command: 'room.mark_read', answer: ReadStateView, summary: 'Say how far you have read' },
  typing: { command: 'typing', summary: 'Say that you type, or do not any more. Say it again while it lasts' },
  pin_message: { command: 'message.pin', answer: MessageUpdatedData, summary: 'Pin a message' },
  unpin_message: { command: 'message.unpin', answer: MessageUpdatedData, summary: 'Take the pin away' },
  add_reaction: { command: 'reaction.add', answer: MessageUpdatedData, summary: 'React to a message' },
  remove_reaction: { command: 'reaction.remove', answer: MessageUpdatedData, summary: 'Take the reaction back' },
  call_signal: { command: 'call.signal', summary: 'Call the other one of a private room, answer, or hang up' },
  refresh_token: { command: 'token.refresh', answer: RefreshedData, summary: 'Go on under a new token' },
} satisfies Record<string, Taken>

export const tells = {
  new_message: { payload: MessageView, summary: 'A message, missed or new, in the order of `seq`' },
  message_updated: { payload: MessageUpdatedData, summary: 'A message is otherwise now: edited, or pinned' },
  message_deleted: { payload: TombstoneView, summary: 'A message was deleted; its `seq` stays' },
  reaction_added: { payload: ReactionChangeView, summary: 'Somebody reacted to a message' },
  reaction_removed: { payload: ReactionChangeView, summary: 'Somebody took a reaction back' },
  read: { payload: ReadData, summary: 'Somebody has read up to here' },
  typing: { payload: TypingData, summary: 'Somebody types, or does not any more' },
  presence: { payload: StatusView, summary: 'Somebody you know came or went' },
  friendship: { payload: FriendView, summary: 'How you stand to somebody has changed' },
  member_updated: { payload: MemberUpdatedData, summary: 'A member has another role in the room' },
  member_joined: { payload: OfMember, summary: 'Somebody is a member now' },
  member_left: { payload: OfMember, summary: 'Somebody is no member any more' },
  room_updated: { payload: RoomData, summary: 'The room’s name, picture, owner … is otherwise now' },
  room_deleted: { payload: InRoom, summary: 'The room is no more' },
  room_added: { payload: RoomData, summary: 'You are a member of this room now' },
  room_removed: { payload: InRoom, summary: 'You are no member of this room any more' },
  room_activity: { payload: RoomActivityData, summary: 'There is something new in a room that you do not hear' },
  call_signal: { payload: CallSignalData, summary: 'The other one of a private room calls, answers or hangs up' },
  viewer_count: { payload: CountData, summary: 'How many people watch the livestream' },
  messages_skipped: { payload: CountData, summary: 'You read too slowly: so many messages were left out' },
  stream_ended: { payload: StreamEndedData, summary: 'The livestream has ended' },
  heads: { payload: HeadsData, summary: 'Where rooms stand, so that a lost last message is noticed too' },
  token_expiring: { payload: ExpiryData, summary: 'Send `refresh_token` before this' },
  exception: { payload: ExceptionData, summary: 'What you sent without an acknowledgement could not be done' },
} satisfies Record<string, Told>
