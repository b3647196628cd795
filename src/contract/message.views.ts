/** What is said in a room, and what becomes of it. */
import { ApiProperty } from '@nestjs/swagger'
import { anyJson, ids, time } from './examples.js'
import type { Metadata } from './metadata.js'

export const messageTypes = ['text', 'system'] as const

export class SenderView {
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ type: String, nullable: true, example: 'Ann' })
  display_name: string | null
  @ApiProperty({ example: 'Ann', description: 'display_name, else username, else external_id, else user_id' })
  name: string
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
export class ReactionChangeView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ type: 'integer', minimum: 1, example: 17, description: 'Of the message' })
  seq: number
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
  @ApiProperty({ example: '👍' })
  emoji: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 3, description: 'How many have reacted so, after this one' })
  count: number
  @ApiProperty({ type: 'integer', minimum: 1, example: 5, description: 'The room’s number of this change' })
  rev: number
}

/** What is left of a deleted message in the event that tells of it; the history keeps its place, too. */
export class TombstoneView {
  @ApiProperty({ format: 'uuid', example: ids.room })
  room_id: string
  @ApiProperty({ format: 'uuid', example: ids.message })
  message_id: string
  @ApiProperty({ type: 'integer', minimum: 1, example: 17, description: 'Of the message' })
  seq: number
  @ApiProperty({ type: 'integer', minimum: 1, example: 5, description: 'The room’s number of this change' })
  rev: number
  @ApiProperty({ format: 'date-time', example: time })
  deleted_at: string
}

export class SentMessageView extends MessageView {
  @ApiProperty({ required: false, description: 'true when this `client_message_id` had been sent before' })
  duplicate?: boolean
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
