import { Injectable } from '@nestjs/common'
import { userIdOf, type Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage } from '../contract/page.js'
import type { MessageView, Page } from '../contract/views.js'
import { isBadParameter } from '../infra/database/pg-error.js'
import { AccessService } from '../rooms/access.service.js'
import { RoomsService } from '../rooms/rooms.service.js'
import { toMessageView } from './messages.dto.js'
import type { SearchDto } from './search.dto.js'
import { ReactionsRepository } from './reactions.repository.js'
import { SearchRepository } from './search.repository.js'
import { toSearchQuery } from './search-text.js'

/** Finds messages by their words, in rooms that the caller may read now. */
@Injectable()
export class SearchService {
  constructor(
    private readonly messages: SearchRepository,
    private readonly access: AccessService,
    private readonly rooms: RoomsService,
    private readonly reactions: ReactionsRepository,
  ) {}

  async find(
    actor: Actor,
    { q, room_id, user_id, after, before, limit, cursor }: SearchDto,
  ): Promise<Page<MessageView>> {
    const filter = {
      query: toSearchQuery(q),
      roomIds: await this.readable(actor, room_id),
      authorId: user_id ?? null,
      since: after ? new Date(after) : null,
      until: before ? new Date(before) : null,
      below: readCursor(cursor)?.id ?? null,
    }
    const rows = await this.messages.find(actor.tenantId, filter, limit + 1).catch(explain)
    const page = toPage(rows, limit, ({ message_id }) => ({ id: message_id, time: null }), toMessageView)
    return { ...page, items: await this.reactions.shownTo(actor.tenantId, userIdOf(actor), page.items) }
  }

  /** null: all rooms of the tenant. */
  private async readable(actor: Actor, roomId: string | undefined): Promise<string[] | null> {
    if (roomId) {
      await this.access.require(actor, roomId, 'room.read')
      return [roomId]
    }
    return actor.kind === 'user' ? this.rooms.idsOf(actor) : null
  }
}

function explain(error: unknown): never {
  if (!isBadParameter(error)) throw error
  const message = 'must have a word that is to be found'
  throw new ChatError('validation_failed', `q ${message}`, { errors: [{ field: 'q', message }] })
}
