import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { userIdOf, type Actor, type Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { MessagePageView, MessageView } from '../contract/views.js'
import { AccessService, type Access } from '../rooms/access.service.js'
import { maxSlowModeS } from '../rooms/rooms.dto.js'
import { StorageQuota } from '../usage/storage-quota.js'
import { UsersService } from '../users/users.service.js'
import type { NewMessage } from './entries.js'
import { KnownRooms } from './known-rooms.js'
import { LogRepository, type RoomPosition } from './log.repository.js'
import { toMessageView, type HistoryDto, type SendMessageDto } from './messages.dto.js'
import { MessagesRepository, type Part } from './messages.repository.js'
import type { MissedInRoom } from './missed.js'
export type { MissedInRoom } from './missed.js'
import { ReactionsRepository } from './reactions.repository.js'
import { SlowMode } from './slow-mode.js'
import { LogWriter } from './writer.js'

export interface Sent {
  message: MessageView
  duplicate: boolean
}

/** Rooms of which a node remembers that they are not as most. */
const roomsKnown = 10_000

@Injectable()
export class MessagesService {
  private readonly known = new KnownRooms(roomsKnown)

  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly reactions: ReactionsRepository,
    private readonly writer: LogWriter,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly slowMode: SlowMode,
    private readonly storage: StorageQuota,
  ) {}

  /** Stores a message, then tells the room. The backend's own are system messages. */
  async send(actor: Actor, roomId: string, input: SendMessageDto): Promise<Sent> {
    const { crowd, slow } = this.known.kindOf(actor.tenantId, roomId)
    const message = newMessage(actor, roomId, input, crowd)
    try {
      this.storage.require(actor.tenantId)
      if (message.mentions.length) await this.users.requireAll(actor, message.mentions)
    } catch (refusal) {
      return this.orSentBefore(actor, message, refusal)
    }
    const stored = slow ? null : await this.writer.store(message)
    return stored ? { message: stored, duplicate: false } : this.judge(actor, message, slow)
  }

  async get(actor: Actor, roomId: string, messageId: string): Promise<MessageView> {
    await this.access.require(actor, roomId, 'room.read')
    const row = await this.messages.find(actor.tenantId, roomId, messageId)
    if (!row) throw new ChatError('message_not_found', 'The room has no message with this id.')
    return this.shown(actor, toMessageView(row))
  }

  /** One page in rising `seq`: the newest one, or the one before, after or around a `seq`. */
  async history(actor: Actor, roomId: string, query: HistoryDto): Promise<MessagePageView> {
    await this.access.require(actor, roomId, 'room.read')
    const page = await this.page(actor, roomId, query)
    return { ...page, items: await this.reactions.shownTo(actor.tenantId, userIdOf(actor), page.items) }
  }

  private page({ tenantId }: Actor, roomId: string, query: HistoryDto): Promise<MessagePageView> {
    const { before_seq, after_seq, around_seq, limit, pinned } = query
    const part: Part = { tenantId, roomId, which: pinned ? 'pinned' : 'all' }
    if ([before_seq, after_seq, around_seq].filter((seq) => seq !== undefined).length > 1) {
      throw new ChatError('validation_failed', 'Only one of before_seq, after_seq and around_seq can be given.')
    }
    if (around_seq !== undefined) return this.around(part, around_seq, limit)
    if (after_seq !== undefined) return this.after(part, after_seq, limit)
    return this.before(part, before_seq ?? Number.MAX_SAFE_INTEGER, limit)
  }

  /** What a person missed in rooms of theirs, in one query: by room id, none for a room that is not there. */
  missed({ tenantId, userId }: Person, rooms: RoomPosition[]): Promise<Map<string, MissedInRoom>> {
    return this.log.missed(tenantId, userId, rooms)
  }

  private async after(part: Part, seq: number, limit: number): Promise<MessagePageView> {
    const rows = await this.messages.after(part, seq, limit + 1)
    return toPage(rows.slice(0, limit).map(toMessageView), rows.length > limit)
  }

  private async before(part: Part, seq: number, limit: number): Promise<MessagePageView> {
    const rows = await this.messages.before(part, seq, limit + 1)
    return toPage(rows.slice(-limit).map(toMessageView), rows.length > limit)
  }

  private async around(part: Part, seq: number, limit: number): Promise<MessagePageView> {
    const half = Math.ceil(limit / 2)
    const older = await this.before(part, seq + 1, half)
    const newer = limit > half ? await this.after(part, seq, limit - half) : toPage([], true)
    return toPage([...older.items, ...newer.items], older.has_more || newer.has_more)
  }

  /**
   * Why the log did not store it: the sender may not, or had sent it before, or it is another kind of room than was known.
   * The log only said that it did not: asking when it matters is cheaper than asking always. `isNew`: nobody asked the log.
   */
  private async judge(actor: Actor, message: NewMessage, isNew: boolean): Promise<Sent> {
    const { access, sent } = await this.sentBefore(actor, message)
    if (sent) return sent
    if (access.room.archived) throw new ChatError('room_archived', 'Nobody sends to an archived room.')
    if (message.replyTo && !(await this.messages.find(actor.tenantId, message.roomId, message.replyTo))) {
      throw new ChatError('message_not_found', 'reply_to names no message of this room.')
    }
    if (isNew || !isFor(access, message)) return this.storeAs(actor, access, message)
    throw new ChatError('unavailable', 'The room changed just now; try again.', { retryAfterMs: 100 })
  }

  /** What would be refused now may have been stored before: then it is that message, whatever has changed since. */
  private async orSentBefore(actor: Actor, message: NewMessage, refusal: unknown): Promise<Sent> {
    if (message.clientMessageId === null) throw refusal
    const { sent } = await this.sentBefore(actor, message)
    if (sent) return sent
    throw refusal
  }

  private async sentBefore(actor: Actor, message: NewMessage): Promise<{ access: Access; sent: Sent | null }> {
    const access = await this.access.require(actor, message.roomId, 'message.send')
    await this.users.requireActive(actor)
    const row = message.clientMessageId === null ? null : await this.messages.findSent(message)
    return { access, sent: row && (await this.again(actor, message, toMessageView(row))) }
  }

  /** As the room's kind and its slow mode want it. */
  private async storeAs(actor: Actor, access: Access, message: NewMessage): Promise<Sent> {
    const { type, slow_mode_s } = access.room
    const crowd = type === 'livestream'
    this.known.see(actor.tenantId, message.roomId, { crowd, slow: slow_mode_s > 0 })
    const paceS = await this.slowMode.hold(access, message)
    const judged = { ...message, crowd: crowd && message.senderId !== null, paceS }
    const stored = await this.writer.store(judged)
    return stored ? { message: stored, duplicate: false } : this.judge(actor, judged, false)
  }

  /** Told once more: if the first one's answer was lost, so was its event. */
  private async again(actor: Actor, sent: NewMessage, message: MessageView): Promise<Sent> {
    this.writer.tellAgain(sent, message)
    return { message: await this.shown(actor, message), duplicate: true }
  }

  private async shown(actor: Actor, message: MessageView): Promise<MessageView> {
    const [shown] = await this.reactions.shownTo(actor.tenantId, userIdOf(actor), [message])
    return shown!
  }
}

/** Was it sent as to such a room? */
const isFor = ({ room }: Access, { senderId, crowd, paceS }: NewMessage): boolean =>
  crowd === (room.type === 'livestream' && senderId !== null) && room.slow_mode_s <= paceS

const newMessage = (actor: Actor, roomId: string, input: SendMessageDto, crowd: boolean): NewMessage => ({
  kind: 'message',
  tenantId: actor.tenantId,
  roomId,
  senderId: actor.kind === 'user' ? actor.userId : null,
  messageId: uuid(),
  text: input.text_message,
  fileUrl: input.file_url ?? null,
  clientMessageId: input.client_message_id ?? null,
  replyTo: input.reply_to ?? null,
  mentions: input.mentions ?? [],
  metadata: input.metadata ?? null,
  crowd: crowd && actor.kind === 'user',
  paceS: actor.kind === 'user' ? 0 : maxSlowModeS,
})

const toPage = (items: MessageView[], hasMore: boolean): MessagePageView => ({
  items,
  first_seq: items[0]?.seq ?? null,
  last_seq: items.at(-1)?.seq ?? null,
  has_more: hasMore,
})
