/** The public shape of every noun, and at the same time its schema in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { roles, type Role } from './actor.js'
import { anyJson, ids, time } from './examples.js'
import { MessageView } from './message.views.js'
import type { Metadata } from './metadata.js'

export type * from './metadata.js'
export * from './message.views.js'
export * from './tenant.views.js'
export * from './usage.views.js'
export * from './node.views.js'
export * from './people.views.js'
export * from './signals.views.js'
export * from './stream.views.js'

export const userStatuses = ['active', 'not_active', 'delete'] as const
export const roomTypes = ['group', 'private', 'livestream'] as const
export const roomAccesses = ['open', 'invite'] as const
export const roomRoles = ['owner', 'moderator', 'member'] as const

export type UserStatus = (typeof userStatuses)[number]
export type RoomType = (typeof roomTypes)[number]
export type RoomAccess = (typeof roomAccesses)[number]
export type RoomRole = (typeof roomRoles)[number]

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
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 3600,
    example: 0,
    description: 'Slow mode: members send once in so many seconds; 0: as they like',
  })
  slow_mode_s: number
  @ApiProperty({ ...anyJson, example: null })
  metadata: Metadata
}

/** Where a room stands. */
export class HeadView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 17, description: 'The `seq` of the newest message' })
  last_seq: number
  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'The `rev` of the newest change' })
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
  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: '0 to whom the member has blocked' })
  last_read_seq: number
}

/** One page of a list. */
export interface Page<T> {
  items: T[]
  /** To be sent back as `?cursor=`; null at the end. */
  next_cursor: string | null
}
