/** The nouns and frames of the service, by the names that an integrator knows. Where they come from: `generated/`. */
import type { Schemas, SocketAsks, SocketAnswers, SocketTells } from './generated/service.js'

export type Message = Schemas['MessageView']
export type Room = Schemas['RoomView']
export type MyRoom = Schemas['MyRoomView']
export type Member = Schemas['MemberView']
export type User = Schemas['UserView']
export type Status = Schemas['StatusView']
export type ReadState = Schemas['ReadStateView']
export type Unread = Schemas['UnreadView']
export type Problem = Schemas['ProblemView'] & { event?: string | number; client_message_id?: string }
export type ErrorCode = Problem['code']
export type MessagePage = Schemas['MessagePageView']
export type MemberPage = Schemas['MemberPage']
export type RoomPage = Schemas['MyRoomPage']

/** What is asked of the socket, what that answers, and what is told. */
export type Asks = SocketAsks
export type Answers = SocketAnswers
export type Tells = SocketTells

/** What a backend says of a user, of a room, and in one. */
export type NewUser = Schemas['CreateUserDto']
export type UserChange = Schemas['UpdateUserDto']
export type NewRoom = Schemas['CreateRoomDto']
export type RoomChange = Schemas['UpdateRoomDto']
export type SentMessage = Schemas['SendMessageDto']

export type SendMessage = Asks['send_message']
export type JoinedRoom = Answers['join_room']
export type SyncedRoom = Answers['sync_rooms']['rooms'][number]
export type Tombstone = Tells['message_deleted']
export type ReactionChange = Tells['reaction_added']

/** What is told of one room. */
export const roomEvents = [
  'new_message',
  'message_updated',
  'message_deleted',
  'reaction_added',
  'reaction_removed',
  'read',
  'typing',
  'member_joined',
  'member_left',
  'member_updated',
  'room_updated',
  'room_deleted',
  'room_removed',
  'viewer_count',
  'messages_skipped',
  'stream_ended',
] as const

type Named<Name extends keyof Tells> = Name extends unknown ? { name: Name; data: Tells[Name] } : never

export type RoomEvent = Named<(typeof roomEvents)[number]> | { name: 'heads'; data: Tells['heads']['rooms'][number] }

export function roomIdOf({ data }: RoomEvent): string {
  if ('room_id' in data) return data.room_id
  return 'message' in data ? data.message.room_id : data.room.room_id
}
