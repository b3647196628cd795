import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { EventBus } from '../contract/ports.js'
import type { MessagePageView, MessageView } from '../contract/views.js'
import { Metrics } from '../infra/metrics.js'
import { AccessService } from '../rooms/access.service.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { UsersService } from '../users/users.service.js'
import { CommitLane } from './commit-lane.js'
import { toMessageView, type HistoryDto, type MessageRow, type SendMessageDto } from './messages.dto.js'
import { MessagesRepository, type NewMessage } from './messages.repository.js'
import { RoomTurns } from './room-turns.js'

/** The most that `missed` answers: beyond that a client pages. */
const maxMissed = 500

export interface Sent {
  message: MessageView
  duplicate: boolean
}

@Injectable()
export class MessagesService {
  private readonly lane = new CommitLane({
    append: async (batch) => (await this.messages.append(batch)).map((row) => row && toMessageView(row)),
    committed: (message, view) => this.publish(message, view),
  })
  /** Of what the lane handed back: it waits for its room or its sender here, and holds up nobody else. */
  private readonly turns = new RoomTurns()

  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly bus: EventBus,
    private readonly metrics: Metrics,
  ) {}

  /** Stores a message, then tells the room. The backend's own are system messages. */
  async send(actor: Actor, roomId: string, input: SendMessageDto): Promise<Sent> {
    if (input.mentions?.length) await this.users.requireAll(actor, input.mentions)
    const message = newMessage(actor, roomId, input)
    const stored = (await this.lane.store(message).catch(repeated)) ?? (await this.storeInTurn(actor, message))
    return stored ? { message: stored, duplicate: false } : this.earlier(actor, message)
  }

  async get(actor: Actor, roomId: string, messageId: string): Promise<MessageView> {
    await this.access.require(actor, roomId, 'room.read')
    const row = await this.messages.find(actor.tenantId, roomId, messageId)
    if (!row) throw new ChatError('message_not_found', 'The room has no message with this id.')
    return toMessageView(row)
  }

  /** One page in rising `seq`: the newest one, or the one before, after or around a `seq`. */
  async history(actor: Actor, roomId: string, query: HistoryDto): Promise<MessagePageView> {
    await this.access.require(actor, roomId, 'room.read')
    const { before_seq, after_seq, around_seq, limit } = query
    if ([before_seq, after_seq, around_seq].filter((seq) => seq !== undefined).length > 1) {
      throw new ChatError('validation_failed', 'Only one of before_seq, after_seq and around_seq can be given.')
    }
    if (around_seq !== undefined) return this.around(actor, roomId, around_seq, limit)
    if (after_seq !== undefined) return this.after(actor, roomId, after_seq, limit)
    return this.before(actor, roomId, before_seq ?? Number.MAX_SAFE_INTEGER, limit)
  }

  /** All that came after `seq`, unless it is more than 500 messages: then the first 500, and not `complete`. */
  async missed(actor: Actor, roomId: string, seq: number): Promise<{ messages: MessageView[]; complete: boolean }> {
    const { items, has_more } = await this.after(actor, roomId, seq, maxMissed)
    return { messages: items, complete: !has_more }
  }

  private async after({ tenantId }: Actor, roomId: string, seq: number, limit: number): Promise<MessagePageView> {
    const rows = await this.messages.after(tenantId, roomId, seq, limit + 1)
    return toPage(rows.slice(0, limit).map(toMessageView), rows.length > limit)
  }

  private async before({ tenantId }: Actor, roomId: string, seq: number, limit: number): Promise<MessagePageView> {
    const rows = await this.messages.before(tenantId, roomId, seq, limit + 1)
    return toPage(rows.slice(-limit).map(toMessageView), rows.length > limit)
  }

  private async around(actor: Actor, roomId: string, seq: number, limit: number): Promise<MessagePageView> {
    const half = Math.ceil(limit / 2)
    const older = await this.before(actor, roomId, seq + 1, half)
    const newer = limit > half ? await this.after(actor, roomId, seq, limit - half) : toPage([], true)
    return toPage([...older.items, ...newer.items], older.has_more || newer.has_more)
  }

  /** By tenant too: whoever names another tenant's room is not to wait, nor to make wait, among its messages. */
  private storeInTurn(actor: Actor, message: NewMessage): Promise<MessageView | null> {
    return this.turns.take(`${actor.tenantId}:${message.roomId}`, async () => {
      const row = await this.messages.appendOne(message, 'in turn').catch(repeated)
      const view = row && toMessageView(row)
      if (view) this.publish(message, view)
      return view
    })
  }

  private publish({ tenantId, roomId }: NewMessage, message: MessageView): void {
    this.metrics.messages.inc()
    this.bus.publish({ tenantId, roomId }, { type: 'message.created', message })
  }

  /** Told once more: if the first one's answer was lost, so was its event. Who heard it is not told it twice. */
  private again({ tenantId, roomId }: NewMessage, row: MessageRow): Sent {
    const message = toMessageView(row)
    this.bus.publish({ tenantId, roomId }, { type: 'message.created', message })
    return { message, duplicate: true }
  }

  /**
   * Why the log did not store it: the sender may not, or had sent it before. The log only said that it did not: asking
   * when it matters is cheaper than asking always.
   */
  private async earlier(actor: Actor, message: NewMessage): Promise<Sent> {
    const { room } = await this.access.require(actor, message.roomId, 'message.send')
    if (actor.kind === 'user' && (await this.users.isLocked(actor))) {
      throw new ChatError('user_locked', 'The user is locked.')
    }
    const row = message.clientMessageId === null ? null : await this.messages.findSent(message)
    if (row) return this.again(message, row)
    if (room.archived) throw new ChatError('room_archived', 'Nobody sends to an archived room.')
    if (message.replyTo && !(await this.messages.find(actor.tenantId, message.roomId, message.replyTo))) {
      throw new ChatError('message_not_found', 'reply_to names no message of this room.')
    }
    throw new ChatError('unavailable', 'The room changed just now; try again.', { retryAfterMs: 100 })
  }
}

/** The unique index refused it: another node stored the same send a moment ago. */
function repeated(error: unknown): null {
  if (isDuplicate(error, 'tb_messages_sent_once')) return null
  throw error
}

const newMessage = (actor: Actor, roomId: string, input: SendMessageDto): NewMessage => ({
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
})

const toPage = (items: MessageView[], hasMore: boolean): MessagePageView => ({
  items,
  first_seq: items[0]?.seq ?? null,
  last_seq: items.at(-1)?.seq ?? null,
  has_more: hasMore,
})
