import { Injectable } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import { EventBus } from '../contract/ports.js'
import type { ReadStateView, UnreadView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { AccessService, roomNotFound } from '../rooms/access.service.js'
import { ReadsRepository, type Marked } from './reads.repository.js'

/** How far people have read their rooms. */
@Injectable()
export class ReadsService {
  constructor(
    private readonly reads: ReadsRepository,
    private readonly access: AccessService,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  /** Says how far the caller has read. It never goes back, so marks may come late and in any order. */
  async mark(actor: Person, roomId: string, seq: number): Promise<ReadStateView> {
    const { tenantId, userId } = actor
    const marked = await this.reads.mark(tenantId, roomId, userId, seq)
    if (marked) this.tell(actor, roomId, marked)
    else await this.access.require(actor, roomId, 'room.mark_read')
    const state = await this.reads.find(tenantId, roomId, userId)
    if (!state) throw roomNotFound()
    return state
  }

  /** All rooms in which the caller has something to read, with the total. */
  async unread({ tenantId, userId }: Person): Promise<UnreadView> {
    const rooms = await this.reads.unread(tenantId, userId)
    return { total: rooms.reduce((total, { unread }) => total + unread, 0), rooms }
  }

  /**
   * The reader's own sockets, wherever they listen, and in a room that is not large all who listen there, but for whom the
   * reader has blocked.
   */
  private tell({ tenantId, userId }: Person, roomId: string, marked: Marked): void {
    const event = { type: 'read', room_id: roomId, user_id: userId, seq: marked.last_read_seq } as const
    this.bus.publish({ tenantId, userId }, event)
    if (marked.member_count > this.config.READ_ROOM_MAX) return
    this.bus.publish({ tenantId, roomId, except: new Set([userId, ...marked.blocked]) }, event)
  }
}
