import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import { appendMany, appendOne, type Kind, type Patience } from './append.sql.js'
import type { NewMessage } from './entries.js'
import type { MessageRow } from './messages.dto.js'
import * as sql from './messages.sql.js'
import { searchable } from './search-text.js'

/** What the log adds to a message. */
interface Numbered {
  seq: number
  created_at: Date
  display_name: string | null
  img_url: string | null
  called: string | null
}

/** What of a room is read. */
export interface Part {
  tenantId: string
  roomId: string
  which: sql.Which
}

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores what can be stored now, in one commit, and returns after it: a row for each message in its place, and null
   * for one that was not stored. All are of one sort. If one of several is bad, it throws and none is.
   */
  async append(messages: NewMessage[]): Promise<(MessageRow | null)[]> {
    if (messages.length === 1) return [await this.appendOne(messages[0]!, 'now')]
    const values = columnsOf(messages)
    const scoped = this.database.of(...(values[0] as string[]))
    const by = messages[0]!.crowd ? 'crowd' : 'text'
    const stored = await scoped.swiftly<Numbered & { place: number }>(`append ${by}`, appendMany[by], values)
    const byPlace = new Map(stored.map((row) => [row.place, row]))
    return messages.map((message, index) => toRow(message, byPlace.get(index + 1)))
  }

  /** Stores one message, now or in its turn. */
  async appendOne(message: NewMessage, patience: Patience): Promise<MessageRow | null> {
    const kind = kindOf(message)
    const values = [...valuesOf(message), message.mentions, jsonOf(message), searchable(message.text), message.paceS]
    const statement = appendOne[patience][kind]
    const run = patience === 'now' ? 'swiftly' : 'prepared'
    const scoped = this.database.of(message.tenantId)
    const [numbered] = await scoped[run]<Numbered>(`append ${kind} ${patience}`, statement, values)
    return toRow(message, numbered)
  }

  async find(tenantId: string, roomId: string, messageId: string): Promise<MessageRow | null> {
    const [row] = await this.database
      .of(tenantId)
      .prepared<MessageRow>('message', sql.findOne, [tenantId, roomId, messageId])
    return row ?? null
  }

  /** What the same sender sent to the room by this id of theirs. */
  async findSent({ tenantId, roomId, senderId, clientMessageId }: NewMessage): Promise<MessageRow | null> {
    const who = senderId ? 'byUser' : 'bySystem'
    const values = [tenantId, roomId, senderId, clientMessageId]
    const [row] = await this.database
      .of(tenantId)
      .prepared<MessageRow>(`message_sent ${who}`, sql.findSent[who], values)
    return row ?? null
  }

  /** The newest messages before `seq`, in rising order. */
  async before({ tenantId, roomId, which }: Part, seq: number, limit: number): Promise<MessageRow[]> {
    const values = [tenantId, roomId, seq, limit]
    const rows = await this.database
      .of(tenantId)
      .prepared<MessageRow>(`messages_before ${which}`, sql.before(which), values)
    return rows.reverse()
  }

  /** The oldest messages after `seq`, in rising order. */
  after({ tenantId, roomId, which }: Part, seq: number, limit: number): Promise<MessageRow[]> {
    const values = [tenantId, roomId, seq, limit]
    return this.database.of(tenantId).prepared<MessageRow>(`messages_after ${which}`, sql.after(which), values)
  }
}

const kindOf = ({ senderId, crowd, replyTo }: NewMessage): Kind => {
  const by = senderId === null ? 'system' : crowd ? 'crowd' : 'text'
  return replyTo ? `${by}Reply` : by
}

const valuesOf = (m: NewMessage): [tenantId: string, roomId: string, ...(string | null)[]] => [
  m.tenantId,
  m.roomId,
  m.senderId,
  m.messageId,
  m.text,
  m.fileUrl,
  m.clientMessageId,
  m.replyTo,
]

const jsonOf = ({ metadata }: NewMessage): string | null => (metadata === null ? null : JSON.stringify(metadata))

/**
 * The rooms' tenants and the rooms, each once, and the messages with their room's place: an array a column. Lists within these are PostgreSQL's
 * array literals, for arrays of arrays must all be of one length.
 */
function columnsOf(messages: NewMessage[]): unknown[][] {
  const rooms = new Map<string, [place: number, tenantId: string, roomId: string]>()
  const rows = messages.map((message) => {
    const [tenantId, roomId, ...values] = valuesOf(message)
    const key = `${tenantId}:${roomId}`
    const [place] = rooms.get(key) ?? rooms.set(key, [rooms.size + 1, tenantId, roomId]).get(key)!
    return [place, ...values, `{${message.mentions.join()}}`, jsonOf(message), searchable(message.text), message.paceS]
  })
  return [...columns([...rooms.values()]).slice(1), ...columns(rows)]
}

const columns = (rows: unknown[][]): unknown[][] => rows[0]!.map((_, column) => rows.map((row) => row[column]))

function toRow(message: NewMessage, numbered: Numbered | undefined): MessageRow | null {
  if (!numbered) return null
  return {
    seq: numbered.seq,
    message_id: message.messageId,
    room_id: message.roomId,
    user_id: message.senderId,
    type: message.senderId ? 'text' : 'system',
    content: message.text,
    file_url: message.fileUrl,
    client_message_id: message.clientMessageId,
    reply_to: message.replyTo,
    mentions: message.mentions,
    metadata: message.metadata,
    rev: 0,
    reactions: [],
    pinned: false,
    created_at: numbered.created_at,
    edited_at: null,
    deleted_at: null,
    sender_name: numbered.display_name,
    sender_called: numbered.called,
    sender_img_url: numbered.img_url,
  }
}
