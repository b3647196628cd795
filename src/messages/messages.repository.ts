import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import type { MessageRow } from './messages.dto.js'
import * as sql from './messages.sql.js'

export interface NewMessage {
  tenantId: string
  roomId: string
  /** null for a system message. */
  senderId: string | null
  messageId: string
  text: string
  fileUrl: string | null
  clientMessageId: string | null
  replyTo: string | null
  mentions: string[]
  metadata: unknown
}

/** What became of a message: stored now, or found as stored by an earlier send; null if it may not be stored. */
export type Appended = { row: MessageRow; duplicate: boolean } | null

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** Returns after the commit. */
  async append(message: NewMessage): Promise<Appended> {
    try {
      const row = await this.store(message)
      return row && { row, duplicate: false }
    } catch (error) {
      if (isDuplicate(error, 'tb_messages_sent_once')) return { row: await this.findSent(message), duplicate: true }
      throw error
    }
  }

  async find(tenantId: string, roomId: string, messageId: string): Promise<MessageRow | null> {
    const [row] = await this.database.prepared<MessageRow>('message', sql.findOne, [tenantId, roomId, messageId])
    return row ?? null
  }

  /** The newest messages before `seq`, in rising order. */
  async before(tenantId: string, roomId: string, seq: number, limit: number): Promise<MessageRow[]> {
    const values = [tenantId, roomId, seq, limit]
    return (await this.database.prepared<MessageRow>('messages_before', sql.before, values)).reverse()
  }

  /** The oldest messages after `seq`, in rising order. */
  after(tenantId: string, roomId: string, seq: number, limit: number): Promise<MessageRow[]> {
    return this.database.prepared<MessageRow>('messages_after', sql.after, [tenantId, roomId, seq, limit])
  }

  private async store(message: NewMessage): Promise<MessageRow | null> {
    const { tenantId, roomId, senderId, messageId, text, fileUrl, clientMessageId, replyTo, mentions } = message
    const metadata = message.metadata == null ? null : JSON.stringify(message.metadata)
    const [name, statement] = senderId
      ? (['store_user', sql.storeOfUser] as const)
      : (['store_system', sql.storeOfSystem] as const)
    const values = [tenantId, roomId, senderId, messageId, text, fileUrl, clientMessageId, replyTo, mentions, metadata]
    const [row] = await this.database.prepared<MessageRow>(name, statement, values)
    return row ?? null
  }

  private async findSent({ tenantId, roomId, senderId, clientMessageId }: NewMessage): Promise<MessageRow> {
    const values = [tenantId, roomId, senderId, clientMessageId]
    const [row] = await this.database.prepared<MessageRow>('message_sent', sql.findSent, values)
    return row!
  }
}
