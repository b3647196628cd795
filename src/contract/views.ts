/** The public shape of every noun, and at the same time its schema in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { roles, type Role } from './actor.js'
import { anyJson, ids, time } from './examples.js'

export * from './tenant.views.js'
export * from './people.views.js'

export const userStatuses = ['active', 'not_active', 'delete'] as const
export const roomTypes = ['group', 'private', 'livestream'] as const
export const roomAccesses = ['open', 'invite'] as const
export const roomRoles = ['owner', 'moderator', 'member'] as const
export const messageTypes = ['text', 'system'] as const

export type UserStatus = (typeof userStatuses)[number]
export type RoomType = (typeof roomTypes)[number]
export type RoomAccess = (typeof roomAccesses)[number]
export type RoomRole = (typeof roomRoles)[number]
export type Metadata = Record<string, unknown> | unknown[] | string | number | boolean | null

export class UserView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'customer-42',
    description: 'The tenant’s own id of this user',
  })
  external_id: string | null
  @ApiProperty({ type: String, nullable: true, example: 'ann' })
  username: string | null
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
  @ApiProperty({ type: String, nullable: true, example: 'https://cdn.acme.example/ann.png' })
  img_url: string | null
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    example: 'ann@acme.example',
    description: 'To the user, admins and the backend only',
  })
  email?: string | null
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    example: '+49 30 1234567',
    description: 'To the user, admins and the backend only',
  })
  phone?: string | null
  @ApiProperty({ enum: roles, example: 'user' })
  role: Role
  @ApiProperty({ enum: userStatuses })
  status: UserStatus
  @ApiProperty({ ...anyJson, example: { plan: 'pro' } })
  metadata: Metadata
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export class SenderView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  img_url: string | null
}

export class ReactionView {
  @ApiProperty({ example: '👍' })
  emoji: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  count: number
  @ApiProperty({ required: false, description: 'Is one of them the caller’s?' })
  mine?: boolean
}

export class MessageView {
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 17,
    description: '1, 2, 3 … in the room, with no gap: the order in which everyone sees it',
  })
  seq: number
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 0,
    description: 'The room’s number of the last change to this message; 0 if there was none',
  })
  rev: number
  @ApiProperty({ enum: messageTypes })
  type: 'text' | 'system'
  @ApiProperty({ type: String, nullable: true, example: 'Hello' })
  text_message: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  file_url: string | null
  @ApiProperty({ type: String, nullable: true, example: '0b6f…', description: 'The sender’s own id of this send' })
  client_message_id: string | null
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  reply_to: string | null
  @ApiProperty({ type: [String], format: 'uuid', example: [] })
  mentions: string[]
  @ApiProperty({ ...anyJson, example: null })
  metadata: Metadata
  @ApiProperty({ type: SenderView, nullable: true, description: 'null for a system message' })
  sender: SenderView | null
  @ApiProperty({ type: [ReactionView] })
  reactions: ReactionView[]
  @ApiProperty({ example: false })
  pinned: boolean
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  edited_at: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  deleted_at: string | null
}

/** What a message said before an edit. */
export class MessageEditView {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 4,
    description: 'The room’s number of the edit that replaced this version',
  })
  rev: number
  @ApiProperty({ type: String, nullable: true, example: 'Helo' })
  text_message: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  file_url: string | null
  @ApiProperty({ type: [String], format: 'uuid', example: [] })
  mentions: string[]
  @ApiProperty({ ...anyJson, example: null })
  metadata: Metadata
  @ApiProperty({ format: 'date-time', example: time, description: 'When this version was sent, or edited to be so' })
  written_at: string
}

/** One person's reaction to a message, made or taken back: what the room is told. */
export interface ReactionChangeView {
  room_id: string
  message_id: string
  seq: number
  user_id: string
  emoji: string
  /** How many have reacted so, after this one. */
  count: number
  rev: number
}

/** What is left of a deleted message in the event that tells of it; the history keeps its place, too. */
export interface TombstoneView {
  room_id: string
  message_id: string
  seq: number
  rev: number
  deleted_at: string
}

export class SentMessageView extends MessageView {
  @ApiProperty({ required: false, description: 'true when this `client_message_id` had been sent before' })
  duplicate?: boolean
}

export class RoomView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ enum: roomTypes })
  type: RoomType
  @ApiProperty({ example: true })
  is_group: boolean
  @ApiProperty({ enum: roomAccesses, description: '`open`: whoever of the tenant has the id may join' })
  access: RoomAccess
  @ApiProperty({ type: String, nullable: true, example: 'General' })
  name: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  img_url: string | null
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ids.user })
  created_by: string | null
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ example: false })
  archived: boolean
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 17,
    description: 'The `seq` of the newest message; 0 in an empty room',
  })
  last_seq: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'The `rev` of the newest change' })
  last_rev: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 1, description: 'Where the history that is kept begins' })
  first_seq: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  member_count: number
  @ApiProperty({ ...anyJson, example: null })
  metadata: Metadata
}

/** Where a room stands. */
export interface HeadView {
  room_id: string
  last_seq: number
  last_rev: number
}

/** A room as one caller sees it. In answers only: events are the same for everybody. */
export class MyRoomView extends RoomView {
  @ApiProperty({ type: MessageView, nullable: true })
  last_message: MessageView | null
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 0,
    description: 'Messages of others that the caller has not read',
  })
  unread: number
  @ApiProperty({ type: [String], example: ['message.send', 'room.leave'], description: 'What the caller may do here' })
  can: string[]
}

/** How far the caller has read a room. */
export class ReadStateView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 17 })
  last_seq: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 15 })
  last_read_seq: number
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 2,
    description: 'Messages of others that the caller has not read',
  })
  unread: number
}

export class UnreadView {
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  total: number
  @ApiProperty({ type: [ReadStateView], description: 'Rooms in which something is unread, the fullest first' })
  rooms: ReadStateView[]
}

export class MemberView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
  @ApiProperty({ type: String, nullable: true, example: null })
  img_url: string | null
  @ApiProperty({ enum: roomRoles })
  room_role: RoomRole
  @ApiProperty({ format: 'date-time', example: time })
  joined_at: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  last_read_seq: number
}

/** One page of a list. */
export interface Page<T> {
  items: T[]
  /** To be sent back as `?cursor=`; null at the end. */
  next_cursor: string | null
}

/** One page of a room's messages, in rising `seq`. */
export class MessagePageView {
  @ApiProperty({ type: [MessageView] })
  items: MessageView[]
  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, example: 1, description: 'The first `seq` of this page' })
  first_seq: number | null
  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, example: 17, description: 'The last `seq` of this page' })
  last_seq: number | null
  @ApiProperty({ description: 'Is there more in the direction that was asked for?' })
  has_more: boolean
}
