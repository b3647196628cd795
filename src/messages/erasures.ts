import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { NewChange, Patch } from './entries.js'
import type { MessageRow } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'
import { LogWriter } from './writer.js'

/** How often a message is read anew that changed while its erasure was being stored. */
const attempts = 10

/** Takes from messages what must go, by changes that every client is told. */
@Injectable()
export class Erasures {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly writer: LogWriter,
  ) {}

  /** `patchOf` answers null where there is nothing that must go. What somebody else changes meanwhile is judged anew. */
  async store<Row extends MessageRow>(
    tenantId: string,
    row: Row,
    does: 'erase' | 'scrub',
    patchOf: (row: Row) => Patch | null,
  ): Promise<void> {
    let current = row
    for (let attempt = 0; attempt < attempts; attempt++) {
      const patch = current.deleted_at ? null : patchOf(current)
      if (!patch || (await this.writer.store(changeOf(tenantId, current, does, patch)))) return
      const found = await this.messages.find(tenantId, row.room_id, row.message_id)
      if (!found) return
      current = { ...current, ...found }
    }
    throw new ChatError('unavailable', 'A message changed again and again; try again.', { retryAfterMs: 1000 })
  }
}

const changeOf = (tenantId: string, row: MessageRow, does: 'erase' | 'scrub', patch: Patch): NewChange => ({
  kind: 'change',
  tenantId,
  roomId: row.room_id,
  messageId: row.message_id,
  by: null,
  patch,
  does,
  rev: row.rev,
})
