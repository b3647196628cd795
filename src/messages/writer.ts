import { Injectable } from '@nestjs/common'
import { changeEvent, type ChatEvent } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import type { MessageView } from '../contract/views.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { Metrics } from '../infra/metrics.js'
import { Meter } from '../usage/meter.js'
import type { Patience } from './append.sql.js'
import { ChangesRepository } from './changes.repository.js'
import { CommitLane } from './commit-lane.js'
import { bytesOf, type Entry, type NewChange, type NewMessage, type NewReaction } from './entries.js'
import { toMessageView, type MessageRow } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'
import { ReactionsRepository, type ReactedRow } from './reactions.repository.js'
import { RoomTurns } from '../infra/room-turns.js'

/** What became of an entry: the message as it then is, and what the room is told; null where it was so already. */
interface Done {
  message: MessageView
  event: ChatEvent | null
}

/** The only way into the log on this node: it stores, and tells the room what is stored. */
@Injectable()
export class LogWriter {
  private readonly lane = new CommitLane<Done>({
    append: (entries) => this.append(entries, 'now'),
    committed: (entry, done) => this.stored(entry, done),
  })
  /** Of what the lane handed back: it waits for its room or its sender here, and holds up nobody else. */
  private readonly turns = new RoomTurns()

  constructor(
    private readonly messages: MessagesRepository,
    private readonly changes: ChangesRepository,
    private readonly reactions: ReactionsRepository,
    private readonly bus: EventBus,
    private readonly metrics: Metrics,
    private readonly meter: Meter,
  ) {}

  /** The message, new or changed, once it is on disk; null if it may not be stored, or a repeat is there already. */
  async store(entry: Entry): Promise<MessageView | null> {
    const done = (await this.lane.store(entry).catch(repeated)) ?? (await this.storeInTurn(entry))
    return done && done.message
  }

  /** Tells the room of a message once more. Whoever heard it before is not told it twice. */
  tellAgain({ tenantId, roomId }: NewMessage, message: MessageView): void {
    this.bus.publish({ tenantId, roomId }, { type: 'message.created', message, again: true })
  }

  /** By tenant too: whoever names another tenant's room is not to wait, nor to make wait, among its messages. */
  private storeInTurn(entry: Entry): Promise<Done | null> {
    return this.turns.take(`${entry.tenantId}:${entry.roomId}`, async () => {
      const [done] = (await this.append([entry], 'in turn').catch(repeated)) ?? []
      if (done) this.stored(entry, done)
      return done ?? null
    })
  }

  private stored(entry: Entry, { event }: Done): void {
    const { kind, tenantId, roomId } = entry
    if (kind === 'message') this.metrics.messages.inc()
    this.meter.stored(tenantId, kind === 'message' ? 1 : 0, bytesOf(entry))
    if (kind === 'message' && entry.senderId) this.meter.active({ tenantId, userId: entry.senderId })
    if (event) this.bus.publish({ tenantId, roomId }, event)
  }

  /** All of one sort. */
  private async append(entries: Entry[], patience: Patience): Promise<(Done | null)[]> {
    switch (entries[0]!.kind) {
      case 'reaction':
        return this.react(entries as NewReaction[], patience)
      case 'change':
        return (await this.changes.change(entries as NewChange[], patience)).map(
          (row) => row && changed(toMessageView(row)),
        )
      case 'message':
        return (await this.send(entries as NewMessage[], patience)).map((row) => row && sent(toMessageView(row)))
    }
  }

  private async send(messages: NewMessage[], patience: Patience): Promise<(MessageRow | null)[]> {
    if (patience === 'now') return this.messages.append(messages)
    return [await this.messages.appendOne(messages[0]!, patience)]
  }

  private async react(reactions: NewReaction[], patience: Patience): Promise<(Done | null)[]> {
    const rows = await this.reactions.react(reactions, patience)
    return rows.map(
      (row, index) => row && { message: toMessageView(row), event: reactionEvent(reactions[index]!, row) },
    )
  }
}

const sent = (message: MessageView): Done => ({ message, event: { type: 'message.created', message } })

const changed = (message: MessageView): Done => ({ message, event: changeEvent(message) })

function reactionEvent({ roomId, messageId, userId, emoji, adds }: NewReaction, row: ReactedRow): ChatEvent | null {
  const { seq, reaction_rev: rev, reaction_count: count } = row
  if (rev === null || count === null) return null
  const type = adds ? 'reaction.added' : 'reaction.removed'
  return { type, room_id: roomId, message_id: messageId, seq, user_id: userId, emoji, count, rev }
}

/** The unique index refused it: another node stored the same send a moment ago. */
function repeated(error: unknown): null {
  if (isDuplicate(error, 'tb_messages_sent_once')) return null
  throw error
}
