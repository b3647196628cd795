/** The public shape of every noun, and at the same time its schema in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { roles, type Role } from './actor.js'

const ids = {
  tenant: '019a9f3e-6c1e-7c44-9f0a-3d5f1b7c2a10',
  token: '019a9f3e-6c2b-7d10-8f31-b1a92c5d7e22',
  user: '019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31',
  room: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
  message: '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73',
}
const time = '2026-11-21T09:30:00.000Z'

export const tenantStatuses = ['active', 'suspended'] as const
export const userStatuses = ['active', 'not_active', 'delete'] as const
export const roomTypes = ['group', 'private', 'livestream'] as const
export const roomAccesses = ['open', 'invite'] as const
export const roomRoles = ['owner', 'moderator', 'member'] as const
export const messageTypes = ['text', 'system'] as const

export type TenantStatus = (typeof tenantStatuses)[number]
export type UserStatus = (typeof userStatuses)[number]
export type RoomType = (typeof roomTypes)[number]
export type RoomAccess = (typeof roomAccesses)[number]
export type RoomRole = (typeof roomRoles)[number]
export type Metadata = Record<string, unknown> | unknown[] | string | number | boolean | null

export class LimitsView {
  @ApiProperty({ required: false, example: 300, description: 'Requests and events that one user may send at once' })
  user_burst?: number
  @ApiProperty({ required: false, example: 50, description: 'What one user may send every second after that' })
  user_per_second?: number
  @ApiProperty({ required: false, example: 5000, description: 'What the whole tenant may send at once' })
  tenant_burst?: number
  @ApiProperty({
    required: false,
    example: 2000,
    description: 'What the whole tenant may send every second after that',
  })
  tenant_per_second?: number
}

export class TenantView {
  @ApiProperty({ format: 'uuid', example: ids.tenant })
  tenant_id: string
  @ApiProperty({ example: 'Acme' })
  name: string
  @ApiProperty({ enum: tenantStatuses })
  status: TenantStatus
  @ApiProperty({ type: [String], example: ['https://app.acme.example'] })
  allowed_origins: string[]
  @ApiProperty({ example: false })
  self_registration: boolean
  @ApiProperty({ type: LimitsView, description: 'What differs from the deployment’s own limits' })
  limits: LimitsView
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export class NewTenantView extends TenantView {
  @ApiProperty({ description: 'The first API token. Shown this once', example: 'parley_9Qm…' })
  api_token: string
}

export class ApiTokenView {
  @ApiProperty({ format: 'uuid', example: ids.token })
  api_token_id: string
  @ApiProperty({ type: String, nullable: true, example: 'production' })
  name: string | null
  @ApiProperty({ example: 'x7Qa' })
  last_four: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null, description: 'To the minute' })
  last_used_at: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  revoked_at: string | null
}

export class NewApiTokenView extends ApiTokenView {
  @ApiProperty({ description: 'The token itself. Shown this once', example: 'parley_9Qm…' })
  api_token: string
}

export class SigningKeyView {
  @ApiProperty({ example: 'Zr3kQ0aT', description: 'The `kid` in the header of the JWTs that it signs' })
  kid: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Until when the JWTs it signed are accepted; null for the key that signs now',
  })
  retires_at: string | null
}

export class AccessTokenView {
  @ApiProperty({
    description: 'A JWT, for `Authorization: Bearer` and for `handshake.auth.token`',
    example: 'eyJhbGci…',
  })
  token: string
  @ApiProperty({ enum: ['Bearer'] })
  token_type: 'Bearer'
  @ApiProperty({ format: 'date-time', example: time })
  expires_at: string
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
}

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
    description: 'To the user, admins and the backend only',
  })
  email?: string | null
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'To the user, admins and the backend only',
  })
  phone?: string | null
  @ApiProperty({ enum: roles })
  role: Role
  @ApiProperty({ enum: userStatuses })
  status: UserStatus
  @ApiProperty({ type: Object, nullable: true, example: { plan: 'pro' } })
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
  @ApiProperty({ example: 3 })
  count: number
  @ApiProperty({ required: false, description: 'Is one of them the caller’s?' })
  mine?: boolean
}

export class MessageView {
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ example: 17, description: '1, 2, 3 … in the room, with no gap: the order in which everyone sees it' })
  seq: number
  @ApiProperty({ example: 0, description: 'The room’s number of the last change to this message; 0 if there was none' })
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
  @ApiProperty({ type: [String], example: [] })
  mentions: string[]
  @ApiProperty({ type: Object, nullable: true, example: null })
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
  @ApiProperty({ example: 17, description: 'The `seq` of the newest message; 0 in an empty room' })
  last_seq: number
  @ApiProperty({ example: 0, description: 'The `rev` of the newest change' })
  last_rev: number
  @ApiProperty({ example: 1, description: 'Where the history that is kept begins' })
  first_seq: number
  @ApiProperty({ example: 2 })
  member_count: number
  @ApiProperty({ type: Object, nullable: true, example: null })
  metadata: Metadata
}

/** A room as one caller sees it. In answers only: events are the same for everybody. */
export class MyRoomView extends RoomView {
  @ApiProperty({ type: MessageView, nullable: true })
  last_message: MessageView | null
  @ApiProperty({ example: 0, description: 'Messages of others that the caller has not read' })
  unread: number
  @ApiProperty({ type: [String], example: ['message.send', 'room.leave'], description: 'What the caller may do here' })
  can: string[]
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
  @ApiProperty({ example: 0 })
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
  @ApiProperty({ type: Number, nullable: true, example: 1, description: 'The first `seq` of this page' })
  first_seq: number | null
  @ApiProperty({ type: Number, nullable: true, example: 17, description: 'The last `seq` of this page' })
  last_seq: number | null
  @ApiProperty({ description: 'Is there more in the direction that was asked for?' })
  has_more: boolean
}
