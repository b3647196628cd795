import { Injectable } from '@nestjs/common'
import { changeEvent } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import type { MessageView } from '../contract/views.js'
import { isDuplicate } from '../infra/database/pg-error.js'
import { Metrics } from '../infra/metrics.js'
import type { Patience } from './append.sql.js'
import { ChangesRepository } from './changes.repository.js'
import { CommitLane } from './commit-lane.js'
import type { Entry, NewChange, NewMessage } from './entries.js'
import { toMessageView, type MessageRow } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'
import { RoomTurns } from '../infra/room-turns.js'

/** The only way into the log on this node: it stores, and tells the room what is stored. */
@Injectable()
export class LogWriter {
  private readonly lane = new CommitLane({
    append: (entries) => this.append(entries, 'now'),
    committed: (entry, message) => this.stored(entry, message),
  })
  /** Of what the lane handed back: it waits for its room or its sender here, and holds up nobody else. */
  private readonly turns = new RoomTurns()

  constructor(
    private readonly messages: MessagesRepository,
    private readonly changes: ChangesRepository,
    private readonly bus: EventBus,
    private readonly metrics: Metrics,
  ) {}

  /** The message, new or changed, once it is on disk; null if it may not be stored, or a repeat is there already. */
  async store(entry: Entry): Promise<MessageView | null> {
    return (await this.lane.store(entry).catch(repeated)) ?? (await this.storeInTurn(entry))
  }

  /** Tells the room of a message. Whoever heard it before is not told it twice. */
  publish({ kind, tenantId, roomId }: Entry, message: MessageView, again = false): void {
    const event = kind === 'message' ? ({ type: 'message.created', message, again } as const) : changeEvent(message)
    this.bus.publish({ tenantId, roomId }, event)
  }

  /** By tenant too: whoever names another tenant's room is not to wait, nor to make wait, among its messages. */
  private storeInTurn(entry: Entry): Promise<MessageView | null> {
    return this.turns.take(`${entry.tenantId}:${entry.roomId}`, async () => {
      const [message] = (await this.append([entry], 'in turn').catch(repeated)) ?? []
      if (message) this.stored(entry, message)
      return message ?? null
    })
  }

  private stored(entry: Entry, message: MessageView): void {
    if (entry.kind === 'message') this.metrics.messages.inc()
    this.publish(entry, message)
  }

  /** All of one kind. */
  private async append(entries: Entry[], patience: Patience): Promise<(MessageView | null)[]> {
    const rows = await this.storing(entries, patience)
    return rows.map((row) => row && toMessageView(row))
  }

  private async storing(entries: Entry[], patience: Patience): Promise<(MessageRow | null)[]> {
    if (entries[0]!.kind === 'change') return this.changes.change(entries as NewChange[], patience)
    if (patience === 'now') return this.messages.append(entries as NewMessage[])
    return [await this.messages.appendOne(entries[0] as NewMessage, patience)]
  }
}

/** The unique index refused it: another node stored the same send a moment ago. */
function repeated(error: unknown): null {
  if (isDuplicate(error, 'tb_messages_sent_once')) return null
  throw error
}
