import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { MessageView } from '../contract/views.js'
import { Database } from '../infra/database/database.js'
import type { Patience } from './append.sql.js'
import type { NewReaction } from './entries.js'
import type { MessageRow } from './messages.dto.js'
import { own, react } from './reaction.sql.js'

/** The message as it then is, with the reaction's own number and count; null where it was so already. */
export interface ReactedRow extends MessageRow {
  reaction_rev: number | null
  reaction_count: number | null
}

@Injectable()
export class ReactionsRepository {
  constructor(private readonly database: Database) {}

  /** Stores in one commit what can be stored, now or in its turn: the message in each one's place, or null. */
  async react(reactions: NewReaction[], patience: Patience): Promise<(ReactedRow | null)[]> {
    const database = this.database.of(...new Set(reactions.map(({ tenantId }) => tenantId)))
    const rows = await database[patience === 'now' ? 'swiftly' : 'prepared']<ReactedRow & { place: number }>(
      `react ${patience}`,
      react(patience),
      columnsOf(reactions),
    )
    const byPlace = new Map(rows.map((row) => [row.place, row]))
    return reactions.map((_, index) => byPlace.get(index + 1) ?? null)
  }

  /** The same messages as one person is shown them, who is told which reactions are theirs; null for the backend. */
  async shownTo(tenantId: string, userId: string | null, messages: MessageView[]): Promise<MessageView[]> {
    const own = await this.own(tenantId, userId, messages)
    return messages.map((message) => withMine(message, (emoji) => own.has(message.message_id + emoji)))
  }

  /** One query for all; none if nobody reacted to any of them. */
  private async own(tenantId: string, userId: string | null, messages: MessageView[]): Promise<Set<string>> {
    const ids = messages.filter(({ reactions }) => reactions.length).map(({ message_id }) => message_id)
    if (!userId || !ids.length) return new Set()
    const values = [tenantId, ids, userId]
    const rows = await this.database
      .of(tenantId)
      .prepared<{ message_id: string; emoji: string }>('own_reactions', own, values)
    return new Set(rows.map(({ message_id, emoji }) => message_id + emoji))
  }
}

/** Without reactions it stays the very object that everybody is told, and is encoded once. */
function withMine(message: MessageView, isMine: (emoji: string) => boolean): MessageView {
  if (!message.reactions.length) return message
  return { ...message, reactions: message.reactions.map((one) => ({ ...one, mine: isMine(one.emoji) })) }
}

function columnsOf(reactions: NewReaction[]): unknown[][] {
  return [
    reactions.map(({ tenantId }) => tenantId),
    reactions.map(({ roomId }) => roomId),
    reactions.map(({ messageId }) => messageId),
    reactions.map(({ userId }) => userId),
    reactions.map(({ emoji }) => emoji),
    reactions.map(({ adds }) => adds),
    reactions.map(() => uuid()),
  ]
}
