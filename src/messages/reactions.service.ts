import { Injectable } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { MessageView } from '../contract/views.js'
import { AccessService } from '../rooms/access.service.js'
import { UsersService } from '../users/users.service.js'
import { readEmoji } from './emoji.js'
import type { NewReaction } from './entries.js'
import { toMessageView, type MessageRow } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'
import { maxEmoji } from './reaction.sql.js'
import { ReactionsRepository } from './reactions.repository.js'
import { LogWriter } from './writer.js'

/** Reactions are changes of the log: each is numbered by `rev`, and told by itself. */
@Injectable()
export class ReactionsService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly reactions: ReactionsRepository,
    private readonly writer: LogWriter,
    private readonly access: AccessService,
    private readonly users: UsersService,
  ) {}

  /** Once a person and emoji. What is so already is not stored again, so it may be repeated. */
  add(actor: Person, roomId: string, messageId: string, emoji: string): Promise<MessageView> {
    return this.react(actor, roomId, messageId, emoji, true)
  }

  /** Takes back one's own: also in an archived room, by who is blocked, and of a deleted message, where none is left. */
  remove(actor: Person, roomId: string, messageId: string, emoji: string): Promise<MessageView> {
    return this.react(actor, roomId, messageId, emoji, false)
  }

  private async react(actor: Person, roomId: string, messageId: string, text: string, adds: boolean) {
    const { tenantId, userId } = actor
    const reaction = { kind: 'reaction' as const, tenantId, roomId, messageId, userId, emoji: readEmoji(text), adds }
    const message = (await this.writer.store(reaction)) ?? (await this.unstored(actor, reaction))
    const [shown] = await this.reactions.shownTo(tenantId, userId, [message])
    return shown!
  }

  /**
   * Why the log did not store it. The log only said that it did not: asking when it matters is cheaper than asking
   * always.
   */
  private async unstored(actor: Person, { roomId, messageId, emoji, adds }: NewReaction): Promise<MessageView> {
    const { room } = await this.access.require(actor, roomId, adds || actor.guest ? 'message.react' : 'room.read')
    await this.users.requireActive(actor)
    const row = await this.messages.find(actor.tenantId, roomId, messageId)
    if (!row) throw new ChatError('message_not_found', 'The room has no message with this id.')
    if (row.deleted_at && !adds) return toMessageView(row)
    if (row.deleted_at) throw new ChatError('message_deleted', 'The message was deleted.')
    if (adds && room.archived) throw new ChatError('room_archived', 'Nobody reacts in an archived room.')
    if (adds && isFull(row, emoji)) {
      throw new ChatError('too_many_reactions', `A message has no more than ${maxEmoji} different emoji.`)
    }
    throw new ChatError('unavailable', 'The message changed just now; try again.', { retryAfterMs: 100 })
  }
}

const isFull = ({ reactions }: MessageRow, emoji: string): boolean =>
  reactions.length >= maxEmoji && reactions.every((one) => one.emoji !== emoji)
