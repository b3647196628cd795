import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { EventBus } from '../contract/ports.js'
import { Hub, type OpenRoom } from './hub.js'

const lookMs = 250
/** No room is told more often. */
const pauseMs = 1000

interface Told {
  /** What of the room's listeners it was that was told. */
  changes: number
  atMs: number
}

/**
 * Tells a stream's room how many people watch it. They are counted anew each time, so that no count can drift: after
 * every coming and going, at most once a second, and the last one is always right.
 */
@Injectable()
export class Viewers implements OnModuleInit, OnModuleDestroy {
  private readonly told = new WeakMap<OpenRoom, Told>()
  private timer: NodeJS.Timeout

  constructor(
    private readonly hub: Hub,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(performance.now()), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private look(nowMs: number): void {
    for (const room of this.hub.openRooms()) if (room.channel.stream) this.tell(room, nowMs)
  }

  private tell(room: OpenRoom, nowMs: number): void {
    const { tenantId, roomId, channel } = room
    const told = this.told.get(room)
    if (told && (told.changes === channel.changes || nowMs - told.atMs < pauseMs)) return
    this.told.set(room, { changes: channel.changes, atMs: nowMs })
    const people = new Set<string>()
    for (const { session } of channel.listeners.keys()) people.add(session.actor.userId)
    this.bus.publish({ tenantId, roomId }, { type: 'viewers', room_id: roomId, count: people.size })
  }
}
