import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Publication } from '../contract/events.js'
import { EventBus, MessageLog, type Place } from '../contract/ports.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { Connection } from './connection.js'
import { Hub } from './hub.js'
import { RoomsHere, type RoomHere } from './rooms-here.js'

/** Rooms that are asked about in one query. */
const atOnce = 1000
const pauseMs = 1000
const lookMs = 250

/** Tells people what happens in those of their rooms that a socket of theirs does not listen to: `room_activity`. */
@Injectable()
export class ActivityService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('activity')
  private readonly rooms = new RoomsHere((room, seq) => this.happened(room, seq))
  /** Told a moment ago. */
  private readonly recent = new Set<RoomHere>()
  /** Tenants of whose rooms something may have been missed; null: of all. */
  private toLookAt: Set<string> | null = new Set()
  private isLooking = false
  private timer: NodeJS.Timeout

  constructor(
    private readonly hub: Hub,
    private readonly roomsService: RoomsService,
    private readonly log: MessageLog,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication))
    this.bus.onMissed((places) => this.missed(places))
    this.timer = setInterval(() => this.look(), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** If their rooms cannot be read now, the next socket of theirs asks again. */
  add({ session: { actor } }: Connection): void {
    const begun = this.rooms.begin(actor, () => this.roomsService.lastSeqsOf(actor))
    begun.catch((error: unknown) => this.logger.warn(error))
  }

  /** To be called when the hub does not know the connection any more. */
  remove({ session: { actor } }: Connection): void {
    if (!this.hub.hasAny(actor.tenantId, actor.userId)) this.rooms.end(actor)
  }

  private hear({ audience, event }: Publication): void {
    const { tenantId } = audience
    if ('roomId' in audience) {
      if (event.type === 'message.created' && !event.again) this.rooms.moved(audience, event.message.seq)
      const room = this.rooms.get(audience)
      if (room && event.type === 'room.deleted') this.end(room)
    } else if (event.type === 'room.moved') {
      this.rooms.moved({ tenantId, roomId: event.room_id }, event.last_seq)
    } else if ('userId' in audience) {
      if (event.type === 'room.added') this.rooms.enter(audience, event.room.room_id, event.room.last_seq)
      if (event.type === 'room.removed' && !event.hidden) this.rooms.leave(audience, event.room_id)
    }
  }

  /** Nobody told of rooms that nobody here listens to: the log says which of them went on meanwhile. */
  private missed(places: readonly Place[] | null): void {
    const tenantIds = places?.flatMap((place) => ('roomId' in place || 'topic' in place ? [] : place.tenantId))
    if (!tenantIds) this.toLookAt = null
    for (const id of tenantIds ?? []) this.toLookAt?.add(id)
    if (!this.isLooking) void this.lookAtAll()
  }

  /** What is missed while this looks is looked at after it, all of it together. */
  private async lookAtAll(): Promise<void> {
    this.isLooking = true
    while (!this.toLookAt || this.toLookAt.size) {
      const rooms = this.rooms.of(this.toLookAt)
      this.toLookAt = new Set()
      await this.lookAt(rooms).catch((error: unknown) => this.logger.warn(error))
    }
    this.isLooking = false
  }

  private async lookAt(rooms: RoomHere[]): Promise<void> {
    for (let from = 0; from < rooms.length; from += atOnce) {
      const some = rooms.slice(from, from + atOnce)
      for (const [index, head] of (await this.log.heads(some)).entries()) {
        if (head) this.happened(some[index]!, head.seq)
        else this.end(some[index]!)
      }
    }
  }

  /** Once at once, then at most once a second, and the last one always. */
  private happened(room: RoomHere, seq: number): void {
    if (seq <= room.lastSeq) return
    room.lastSeq = room.dueSeq = seq
    if (this.recent.has(room)) return
    this.recent.add(room)
    this.tell(room)
  }

  private look(): void {
    const nowMs = performance.now()
    for (const room of this.recent) {
      if (nowMs - room.toldAtMs < pauseMs) continue
      if (room.dueSeq === null) this.recent.delete(room)
      else this.tell(room)
    }
  }

  private tell(room: RoomHere): void {
    const elsewhere = this.connectionsOf(room).filter((connection) => !this.hub.isIn(connection, room))
    this.hub.write(elsewhere, { type: 'room.activity', room_id: room.roomId, last_seq: room.dueSeq! })
    room.toldAtMs = performance.now()
    room.dueSeq = null
  }

  /** The room is no more: whoever did not listen to it is told by this. */
  private end(room: RoomHere): void {
    this.hub.write(this.connectionsOf(room), { type: 'room.removed', room_id: room.roomId })
    for (const userId of room.userIds) this.rooms.leave({ tenantId: room.tenantId, userId }, room.roomId)
  }

  private connectionsOf({ tenantId, userIds }: RoomHere): Connection[] {
    return [...userIds].flatMap((userId) => [...this.hub.connectionsOf(tenantId, userId)])
  }
}
