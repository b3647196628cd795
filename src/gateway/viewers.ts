import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { EventBus } from '../contract/ports.js'
import { Hub, type OpenRoom } from './hub.js'

const lookMs = 250
/** No room is told more often. */
const pauseMs = 1000

/**
 * Tells a stream's room how many people watch it. They are counted anew each time, so that no count can drift: after
 * every coming and going, at most once a second, and the last one is always right.
 */
@Injectable()
export class Viewers implements OnModuleInit, OnModuleDestroy {
  /** Which of a room's comings and goings were told. */
  private readonly told = new WeakMap<OpenRoom, number>()
  /** When each room was told, as long as it is too early to tell it again, whoever is still there. */
  private readonly recent = new Map<string, number>()
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
    for (const [key, atMs] of this.recent) if (nowMs - atMs >= pauseMs) this.recent.delete(key)
    for (const room of this.hub.openRooms()) if (room.channel.stream) this.tell(room, nowMs)
  }

  private tell(room: OpenRoom, nowMs: number): void {
    const { tenantId, roomId, channel } = room
    const key = `${tenantId}:${roomId}`
    if (this.told.get(room) === channel.changes || this.recent.has(key)) return
    this.told.set(room, channel.changes)
    this.recent.set(key, nowMs)
    const people = new Set<string>()
    for (const { session } of channel.listeners.keys()) people.add(session.actor.userId)
    this.bus.publish({ tenantId, roomId }, { type: 'viewers', room_id: roomId, count: people.size })
  }
}
