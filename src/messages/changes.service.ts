import { isDeepStrictEqual } from 'node:util'
import { Injectable } from '@nestjs/common'
import { userIdOf, type Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readNumberedCursor, toNumberedPage, type PageDto } from '../contract/page.js'
import type { MessageView } from '../contract/views.js'
import { AccessService, standing, type Access } from '../rooms/access.service.js'
import { StorageQuota } from '../usage/storage-quota.js'
import { UsersService } from '../users/users.service.js'
import { ChangesRepository } from './changes.repository.js'
import type { NewChange, Patch } from './entries.js'
import { toMessageEditView, toMessageView, type EditMessageDto, type MessageRow } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'
import { ReactionsRepository } from './reactions.repository.js'
import { LogWriter } from './writer.js'

/** Nothing that was said is left; the place in the room is. */
const emptied: Patch = { content: null, file_url: null, mentions: [], metadata: null, pinned: false, reactions: [] }

/** How often a change is judged anew, because who asks or what is asked about changed while it was being stored. */
const attempts = 3

type Judge = () => Promise<NewChange | MessageView>

/** Changes of messages that were sent: each is numbered by `rev`, as messages are by `seq`. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly changes: ChangesRepository,
    private readonly reactions: ReactionsRepository,
    private readonly writer: LogWriter,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly storage: StorageQuota,
  ) {}

  /** Changes what one said oneself. What says so already is not changed again, so an edit may be repeated. */
  async edit(actor: Actor, roomId: string, messageId: string, input: EditMessageDto): Promise<MessageView> {
    const patch = toPatch(input)
    return this.change(async () => {
      const access = await this.access.require(actor, roomId, 'message.edit')
      const row = await this.require(actor, roomId, messageId)
      if (!isAuthor(actor, row)) throw new ChatError('forbidden', 'Only its author edits a message.')
      if (row.deleted_at) throw new ChatError('message_deleted', 'The message was deleted.')
      if (access.room.archived) throw new ChatError('room_archived', 'Nobody edits in an archived room.')
      if (isPatched(row, patch)) return toMessageView(row)
      this.storage.require(actor.tenantId)
      if (patch.mentions?.length) await this.users.requireAll(actor, patch.mentions)
      return newChange(actor, access, row, patch, 'edit')
    }, actor)
  }

  /** Pins a message, or takes the pin away. What is so already is not changed again. */
  pin(actor: Actor, roomId: string, messageId: string, pinned: boolean): Promise<MessageView> {
    return this.change(async () => {
      const access = await this.access.require(actor, roomId, 'message.pin')
      const row = await this.require(actor, roomId, messageId)
      if (row.pinned === pinned) return toMessageView(row)
      if (row.deleted_at) throw new ChatError('message_deleted', 'The message was deleted.')
      if (access.room.archived) throw new ChatError('room_archived', 'Nobody pins in an archived room.')
      return newChange(actor, access, row, { pinned }, 'pin')
    }, actor)
  }

  /** What the message said before its edits, the oldest first; nothing of one that was deleted. */
  async history(actor: Actor, roomId: string, messageId: string, { limit, cursor }: PageDto) {
    await this.access.require(actor, roomId, 'message.history')
    await this.require(actor, roomId, messageId)
    const rows = await this.changes.before(
      actor.tenantId,
      messageId,
      readNumberedCursor(cursor, messageId) ?? 0,
      limit + 1,
    )
    return toNumberedPage(rows, limit, messageId, ({ rev }) => rev, toMessageEditView)
  }

  /** Empties a message and keeps its place. What is deleted already stays so, and a deletion may be repeated. */
  delete(actor: Actor, roomId: string, messageId: string): Promise<MessageView> {
    return this.change(async () => {
      const access = await this.access.visible(actor, roomId)
      const any = this.access.allows(actor, access, 'message.delete_any')
      if (!any) await this.access.require(actor, roomId, 'message.delete')
      const row = await this.require(actor, roomId, messageId)
      if (!any && !isAuthor(actor, row)) throw new ChatError('forbidden', 'Only moderators delete what others said.')
      return row.deleted_at ? toMessageView(row) : newChange(actor, access, row, emptied, 'delete')
    }, actor)
  }

  /** What was judged is stored only if it still is so then; else it is judged again. */
  private async change(judge: Judge, actor: Actor): Promise<MessageView> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const judged = await judge()
      const message = 'kind' in judged ? await this.writer.store(judged) : judged
      if (message) return this.shown(actor, message)
      await this.users.requireActive(actor)
    }
    throw new ChatError('unavailable', 'The message changed just now; try again.', { retryAfterMs: 100 })
  }

  private async shown(actor: Actor, message: MessageView): Promise<MessageView> {
    const [shown] = await this.reactions.shownTo(actor.tenantId, userIdOf(actor), [message])
    return shown!
  }

  private async require({ tenantId }: Actor, roomId: string, messageId: string): Promise<MessageRow> {
    const row = await this.messages.find(tenantId, roomId, messageId)
    if (!row) throw new ChatError('message_not_found', 'The room has no message with this id.')
    return row
  }
}

const isAuthor = (actor: Actor, { user_id }: MessageRow): boolean => user_id === userIdOf(actor)

function toPatch({ text_message, file_url, mentions, metadata }: EditMessageDto): Patch {
  return {
    ...(text_message !== undefined && { content: text_message }),
    ...(file_url !== undefined && { file_url }),
    ...(mentions !== undefined && { mentions }),
    ...(metadata !== undefined && { metadata }),
  }
}

const isPatched = (row: MessageRow, patch: Patch): boolean => isDeepStrictEqual({ ...row, ...patch }, { ...row })

const newChange = (
  actor: Actor,
  access: Access,
  row: MessageRow,
  patch: Patch,
  does: NewChange['does'],
): NewChange => ({
  kind: 'change',
  tenantId: actor.tenantId,
  roomId: row.room_id,
  messageId: row.message_id,
  by:
    actor.kind === 'user' ? { userId: actor.userId, roleId: access.roleId, roomRole: standing(access).roomRole } : null,
  patch,
  does,
  rev: null,
})
