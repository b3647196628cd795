import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import type { Publication } from '../contract/events.js'
import { EventBus, MessageLog, type Place, type RoomKey } from '../contract/ports.js'
import { RoomsService } from '../rooms/rooms.service.js'
import type { Connection } from './connection.js'
import { Hub } from './hub.js'

/** A room with a member who is here, whether or not they listen to it. */
interface MembersHere extends RoomKey {
  userIds: Set<string>
  toldAtMs: number
  /** The newest message that was heard of: a repeat tells of an old one again. */
  lastSeq: number
  /** What is still to be told; null if nothing is. */
  dueSeq: number | null
}

/** Somebody who is here, with the rooms that they are a member of. */
interface Present {
  rooms: Set<MembersHere>
  /** Left while the rooms are being read; null when they have been. */
  left: Set<string> | null
}

/** Rooms that are asked about in one query. */
const atOnce = 1000
const pauseMs = 1000
const lookMs = 250

/** Tells people what happens in those of their rooms that a socket of theirs does not listen to: `room_activity`. */
@Injectable()
export class ActivityService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('activity')
  private readonly rooms = new Map<string, MembersHere>()
  private readonly present = new Map<string, Present>()
  /** Told a moment ago. */
  private readonly recent = new Set<MembersHere>()
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

  add({ session: { actor } }: Connection): void {
    const key = keyOf(actor.tenantId, actor.userId)
    if (this.present.has(key)) return
    const present: Present = { rooms: new Set(), left: new Set() }
    this.present.set(key, present)
    this.enterAll(actor, present).catch((error: unknown) => {
      this.logger.warn(error)
      // The next socket of theirs asks again.
      if (this.present.get(key) === present) this.forget(actor)
    })
  }

  /** To be called when the hub does not know the connection any more. */
  remove({ session: { actor } }: Connection): void {
    if (!this.hub.hasAny(actor.tenantId, actor.userId)) this.forget(actor)
  }

  private forget({ tenantId, userId }: Person): void {
    const present = this.present.get(keyOf(tenantId, userId))
    for (const room of present?.rooms ?? []) this.leave(tenantId, userId, room.roomId)
    this.present.delete(keyOf(tenantId, userId))
  }

  private hear({ audience, event }: Publication): void {
    const { tenantId } = audience
    if ('roomId' in audience) {
      const room = this.rooms.get(keyOf(tenantId, audience.roomId))
      if (!room) return
      if (event.type === 'message.created' && !event.again) this.happened(room, event.message.seq)
      if (event.type === 'room.deleted') this.end(room)
    } else if (event.type === 'room.moved') {
      const room = this.rooms.get(keyOf(tenantId, event.room_id))
      if (room) this.happened(room, event.last_seq)
    } else if ('userId' in audience) {
      if (event.type === 'room.added') this.enter(tenantId, audience.userId, event.room.room_id, event.room.last_seq)
      if (event.type === 'room.removed' && !event.hidden) this.leave(tenantId, audience.userId, event.room_id)
    }
  }

  private async enterAll(actor: Person, present: Present): Promise<void> {
    const { tenantId, userId } = actor
    const lastSeqs = await this.roomsService.lastSeqsOf(actor)
    if (this.present.get(keyOf(tenantId, userId)) !== present) return
    for (const [roomId, seq] of lastSeqs) if (!present.left?.has(roomId)) this.enter(tenantId, userId, roomId, seq)
    present.left = null
  }

  private enter(tenantId: string, userId: string, roomId: string, lastSeq: number): void {
    const present = this.present.get(keyOf(tenantId, userId))
    if (!present) return
    const key = keyOf(tenantId, roomId)
    const room = this.rooms.get(key) ?? { tenantId, roomId, userIds: new Set(), toldAtMs: 0, lastSeq, dueSeq: null }
    this.rooms.set(key, room)
    room.userIds.add(userId)
    present.rooms.add(room)
    present.left?.delete(roomId)
  }

  private leave(tenantId: string, userId: string, roomId: string): void {
    const present = this.present.get(keyOf(tenantId, userId))
    const room = this.rooms.get(keyOf(tenantId, roomId))
    present?.left?.add(roomId)
    if (!room) return
    present?.rooms.delete(room)
    room.userIds.delete(userId)
    if (!room.userIds.size) this.rooms.delete(keyOf(tenantId, roomId))
  }

  /** Nobody told of rooms that nobody here listens to: the log says which of them went on meanwhile. */
  private missed(places: readonly Place[] | null): void {
    const tenants = new Set(places?.flatMap((place) => ('roomId' in place || 'topic' in place ? [] : place.tenantId)))
    if (places && !tenants.size) return
    const rooms = [...this.rooms.values()].filter(({ tenantId }) => !places || tenants.has(tenantId))
    this.lookAt(rooms).catch((error: unknown) => this.logger.warn(error))
  }

  private async lookAt(rooms: MembersHere[]): Promise<void> {
    for (let from = 0; from < rooms.length; from += atOnce) {
      const some = rooms.slice(from, from + atOnce)
      for (const [index, head] of (await this.log.heads(some)).entries()) {
        if (head) this.happened(some[index]!, head.seq)
        else this.end(some[index]!)
      }
    }
  }

  /** Once at once, then at most once a second, and the last one always. */
  private happened(room: MembersHere, seq: number): void {
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

  private tell(room: MembersHere): void {
    const elsewhere = this.connectionsOf(room).filter((connection) => !this.hub.isIn(connection, room))
    this.hub.write(elsewhere, { type: 'room.activity', room_id: room.roomId, last_seq: room.dueSeq! })
    room.toldAtMs = performance.now()
    room.dueSeq = null
  }

  /** The room is no more: whoever did not listen to it is told by this. */
  private end(room: MembersHere): void {
    this.hub.write(this.connectionsOf(room), { type: 'room.removed', room_id: room.roomId })
    for (const userId of room.userIds) this.leave(room.tenantId, userId, room.roomId)
  }

  private connectionsOf({ tenantId, userIds }: MembersHere): Connection[] {
    return [...userIds].flatMap((userId) => [...this.hub.connectionsOf(tenantId, userId)])
  }
}

const keyOf = (tenantId: string, id: string): string => `${tenantId}:${id}`
