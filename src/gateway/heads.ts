import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Position } from '../contract/events.js'
import type { HeadView } from '../contract/views.js'
import type { Connection } from './connection.js'
import { Healing } from './healing.js'
import { Hub, type OpenRoom } from './hub.js'

const tellMs = 15_000

/** Tells the clients now and then where their rooms stand, so that they know whether they have all. */
@Injectable()
export class Heads implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('heads')
  private timer: NodeJS.Timeout
  /** Where a room stood when its listeners were told last. */
  private readonly told = new WeakMap<OpenRoom, Position>()
  private glancing = false

  constructor(
    private readonly hub: Hub,
    private readonly healing: Healing,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.glance(), tellMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** What they have not heard until now they hear before. */
  async glance(): Promise<void> {
    if (this.glancing) return
    this.glancing = true
    try {
      await this.healing.glance()
      this.tell([...this.hub.openRooms()])
    } catch (error) {
      this.logger.warn(error)
    }
    this.glancing = false
  }

  private tell(rooms: OpenRoom[]): void {
    const changed = new Map<Connection, HeadView[]>()
    for (const room of rooms) {
      const head = this.movedTo(room)
      if (!head) continue
      for (const connection of room.channel.listeners.keys()) {
        const heads = changed.get(connection)
        if (heads) heads.push(head)
        else changed.set(connection, [head])
      }
    }
    for (const [connections, heads] of alike(changed)) this.hub.write(connections, { type: 'heads', rooms: heads })
  }

  private movedTo(room: OpenRoom): HeadView | null {
    const { position, origin } = room.channel
    const told = this.told.get(room) ?? origin
    if (!position || !told || (position.seq === told.seq && position.rev === told.rev)) return null
    this.told.set(room, { ...position })
    return { room_id: room.roomId, last_seq: position.seq, last_rev: position.rev }
  }
}

/** Connections of a tenant that are told of the same rooms, together: what they are told is encoded once. */
function alike(changed: Map<Connection, HeadView[]>): Iterable<[Connection[], HeadView[]]> {
  const groups = new Map<string, [Connection[], HeadView[]]>()
  for (const [connection, heads] of changed) {
    const key = [connection.session.actor.tenantId, ...heads.map(({ room_id }) => room_id)].join()
    const group = groups.get(key)
    if (group) group[0].push(connection)
    else groups.set(key, [[connection], heads])
  }
  return groups.values()
}
