import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { EventBus } from '../contract/ports.js'
import type { MessagePageView, MessageView } from '../contract/views.js'
import { Metrics } from '../infra/metrics.js'
import { AccessService } from '../rooms/access.service.js'
import { UsersService } from '../users/users.service.js'
import { Lanes } from './lanes.js'
import { toMessageView, type HistoryDto, type SendMessageDto } from './messages.dto.js'
import { MessagesRepository, type Appended, type NewMessage } from './messages.repository.js'

/** The most that `missed` answers: beyond that a client pages. */
const maxMissed = 500

export interface Sent {
  message: MessageView
  duplicate: boolean
}

@Injectable()
export class MessagesService {
  /** One order for everybody: a room's messages are published in the order of their `seq`. */
  private readonly lanes = new Lanes()

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
    // By tenant too: whoever names another tenant's room is not to wait, nor to make wait, in its lane.
    return this.lanes.run(`${actor.tenantId}:${roomId}`, async () =>
      this.publish(message, await this.messages.append(message), actor),
    )
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

  private async publish(message: NewMessage, appended: Appended, actor: Actor): Promise<Sent> {
    if (!appended) throw await this.refusal(actor, message)
    const view = toMessageView(appended.row)
    if (!appended.duplicate) {
      this.metrics.messages.inc()
      this.bus.publish(message, { type: 'message.created', message: view })
    }
    return { message: view, duplicate: appended.duplicate }
  }

  /** Why the log refused it. The statement only said that it did: asking is cheaper when it matters than always. */
  private async refusal(actor: Actor, { roomId, replyTo }: NewMessage): Promise<ChatError> {
    const { room } = await this.access.require(actor, roomId, 'message.send')
    if (room.archived) return new ChatError('room_archived', 'Nobody sends to an archived room.')
    if (replyTo && !(await this.messages.find(actor.tenantId, roomId, replyTo))) {
      return new ChatError('message_not_found', 'reply_to names no message of this room.')
    }
    if (actor.kind === 'user' && (await this.users.isLocked(actor))) {
      return new ChatError('user_locked', 'The user is locked.')
    }
    return new ChatError('unavailable', 'The room changed just now; try again.', { retryAfterMs: 100 })
  }
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
