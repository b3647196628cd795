import { AnyJson, Flag, Link, Text, Uuid, Uuids, Whole } from '../contract/fields.js'
import type { MessageEditView, MessageView, Metadata, SenderView } from '../contract/views.js'
import type { Message } from './message.entity.js'

const maxSeq = Number.MAX_SAFE_INTEGER

export class SendMessageDto {
  @Text({ max: 10_000, example: 'Hello' })
  text_message: string
  @Link({ optional: true, nullable: true, example: 'https://cdn.acme.example/plan.pdf' })
  file_url?: string | null
  @Text({
    max: 200,
    optional: true,
    nullable: true,
    description: 'Your own id of this send. Sent again, by whatever transport, it is the same message, stored once',
  })
  client_message_id?: string | null
  @Uuid({ optional: true, nullable: true, description: 'A message of the same room' })
  reply_to?: string | null
  @Uuids({ max: 50, optional: true, description: 'Users of the tenant' })
  mentions?: string[]
  @AnyJson({ optional: true })
  metadata?: Metadata
}

/** What is left out stays as it is. */
export class EditMessageDto {
  @Text({ max: 10_000, optional: true, example: 'Hello!' })
  text_message?: string
  @Link({ optional: true, nullable: true })
  file_url?: string | null
  @Uuids({ max: 50, optional: true, description: 'Users of the tenant; replaces those before' })
  mentions?: string[]
  @AnyJson({ optional: true })
  metadata?: Metadata
}

export class HistoryDto {
  @Whole({ min: 1, max: 100, default: 50, optional: true, description: 'How many messages at the most' })
  limit: number = 50
  @Whole({ min: 1, max: maxSeq, optional: true, description: 'The newest messages before this one' })
  before_seq?: number
  @Whole({ min: 0, max: maxSeq, optional: true, description: 'The oldest messages after this one' })
  after_seq?: number
  @Whole({ min: 1, max: maxSeq, optional: true, description: 'The messages before, at and after this one' })
  around_seq?: number
  @Flag({ optional: true, description: 'true: only pinned messages' })
  pinned?: boolean
}

/** A stored message with its sender's name, as every query of messages answers it. */
export type MessageRow = Omit<Message, 'tenant_id'> & {
  sender_name: string | null
  sender_called: string | null
  sender_img_url: string | null
}

const senderOf = (row: MessageRow, userId: string): SenderView => ({
  user_id: userId,
  display_name: row.sender_name,
  name: row.sender_called ?? userId,
  img_url: row.sender_img_url,
})

export const toMessageView = (row: MessageRow): MessageView => ({
  message_id: row.message_id,
  room_id: row.room_id,
  seq: row.seq,
  rev: row.rev,
  type: row.type,
  text_message: row.content,
  file_url: row.file_url,
  client_message_id: row.client_message_id,
  reply_to: row.reply_to,
  mentions: row.mentions,
  metadata: row.metadata,
  sender: row.user_id === null ? null : senderOf(row, row.user_id),
  reactions: row.reactions,
  pinned: row.pinned,
  created_at: row.created_at.toISOString(),
  edited_at: row.edited_at?.toISOString() ?? null,
  deleted_at: row.deleted_at?.toISOString() ?? null,
})

/** A version of a message that an edit replaced. */
export interface MessageEditRow {
  rev: number
  content: string | null
  file_url: string | null
  mentions: string[]
  metadata: Metadata
  written_at: Date
}

export const toMessageEditView = (row: MessageEditRow): MessageEditView => ({
  rev: row.rev,
  text_message: row.content,
  file_url: row.file_url,
  mentions: row.mentions,
  metadata: row.metadata,
  written_at: row.written_at.toISOString(),
})
