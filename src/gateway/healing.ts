import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { EventBus, MessageLog, type Place } from '../contract/ports.js'
import { Config } from '../infra/config.js'
import { Hub, type OpenRoom } from './hub.js'
import { hands, type Why } from './reading.js'

/** Rooms that are asked about in one query. */
const atOnce = 1000
/** Not all nodes look in the same moment when Redis is back. */
const spreadMs = 200

/**
 * Looks where the open rooms stand in the log, which knows of messages that nobody told of: now and then at all of them,
 * and at those that the bus may have missed something of. What was not told is read and told.
 */
@Injectable()
export class Healing implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('healing')
  private timer: NodeJS.Timeout
  private soon: NodeJS.Timeout | null = null
  private readonly due = new Set<OpenRoom>()
  private tail: Promise<void> = Promise.resolve()
  private glancing: Promise<void> | null = null

  constructor(
    private readonly hub: Hub,
    private readonly log: MessageLog,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.bus.onMissed((places) => this.missed(places))
    this.goOn()
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer)
    if (this.soon) clearTimeout(this.soon)
  }

  /** At all open rooms, one query after the other. */
  glance(): Promise<void> {
    this.glancing ??= this.look([...this.hub.openRooms()], 'glance').finally(() => (this.glancing = null))
    return this.glancing
  }

  private goOn(): void {
    const pauseMs = this.config.LOG_GLANCE_MS * (0.8 + 0.4 * Math.random())
    const done = (): void => this.goOn()
    this.timer = setTimeout(() => void this.glance().catch(this.complain).then(done), pauseMs).unref()
  }

  private readonly complain = (error: unknown): void => this.logger.warn(error)

  private missed(places: readonly Place[] | null): void {
    const rooms = places ? places.flatMap((place) => this.hub.openRoom(place) ?? []) : this.hub.openRooms()
    for (const room of rooms) this.due.add(room)
    this.lookSoon(spreadMs * Math.random())
  }

  private lookSoon(inMs: number): void {
    if (this.due.size) this.soon ??= setTimeout(() => void this.lookAtDue(), inMs).unref()
  }

  /** Of a room that is just being joined nobody knows yet where it stands here: it comes again. */
  private async lookAtDue(): Promise<void> {
    const rooms = [...this.due].filter(({ channel }) => !channel.isEmpty)
    this.due.clear()
    const later = rooms.filter(({ channel }) => !channel.position)
    try {
      await this.look(rooms, 'gap')
    } catch (error) {
      this.complain(error)
      later.push(...rooms)
    }
    for (const room of later) this.due.add(room)
    this.soon = null
    this.lookSoon(spreadMs)
  }

  private async look(rooms: OpenRoom[], why: Why): Promise<void> {
    for (let from = 0; from < rooms.length; from += atOnce) {
      const some = rooms.slice(from, from + atOnce)
      await this.inTurn(() => this.heal(some, why))
    }
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.tail.then(work)
    this.tail = done.catch(() => undefined)
    return done
  }

  private async heal(all: OpenRoom[], why: Why): Promise<void> {
    const rooms = all.filter(({ channel }) => channel.position)
    const heads = rooms.length ? await this.log.heads(rooms) : []
    const behind = rooms.filter(({ tenantId, roomId, channel }, index) => {
      const [at, head] = [channel.position, heads[index]]
      if (!head) this.hub.deliver({ audience: { tenantId, roomId }, event: { type: 'room.deleted', room_id: roomId } })
      return at && head && (at.seq < head.seq || at.rev < head.rev)
    })
    // Whoever joins one that does not read yet reads it before all others.
    const line = behind.values()
    await Promise.all(Array.from({ length: hands }, () => catchUp(line, why)))
  }
}

async function catchUp(line: Iterable<OpenRoom>, why: Why): Promise<void> {
  for (const { channel } of line) await channel.catchUp(why)
}
