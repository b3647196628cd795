import { Injectable } from '@nestjs/common'
import { EventBus } from '../contract/ports.js'
import { OutsidersService, type InRoom, type Outside } from '../rooms/outsiders.service.js'
import { Hub, type OpenRoom } from './hub.js'
import { slices } from './slices.js'

/** People who are asked about in one query. */
const atOnce = 5000

interface Listener extends InRoom {
  room: OpenRoom
}

/** Puts out whoever listens to a room that they are no member of any more, or that is there no more: nobody told of it. */
@Injectable()
export class EvictingService {
  constructor(
    private readonly hub: Hub,
    private readonly outsiders: OutsidersService,
    private readonly bus: EventBus,
  ) {}

  async look(rooms: readonly OpenRoom[]): Promise<void> {
    for (const listeners of slices(rooms.flatMap(listenersOf), atOnce)) {
      const outside = await this.outsiders.find(listeners)
      const found = listeners.filter((_, place) => outside[place])
      if (found.length) await this.lookAgain(found)
    }
  }

  /** Whoever came or went meanwhile was perhaps looked at too early: they are left for the next time. */
  private async lookAgain(listeners: Listener[]): Promise<void> {
    for (const { room, userId } of listeners) {
      for (const connection of this.hub.connectionsOf(room.tenantId, userId)) room.channel.doubt(connection)
    }
    try {
      const outside = await this.outsiders.find(listeners)
      for (const [place, listener] of listeners.entries()) this.settle(listener, outside[place]!)
    } finally {
      for (const { room } of listeners) room.channel.endDoubts()
    }
  }

  /** Tells it as it would have been told: here, and to those alone whom it concerns. */
  private settle({ room, tenantId, roomId, userId }: Listener, outside: Outside | null): void {
    const listening = [...this.hub.connectionsOf(tenantId, userId)].filter((one) => this.hub.isIn(one, room))
    if (!outside || !listening.length || !listening.every((one) => room.channel.isDoubted(one))) return
    if (outside === 'gone') this.bus.publishHere({ tenantId, roomId }, { type: 'room.deleted', room_id: roomId })
    else this.bus.publishHere({ tenantId, userId }, { type: 'room.removed', room_id: roomId })
  }
}

/** People, however many sockets they have there. */
function listenersOf(room: OpenRoom): Listener[] {
  const { tenantId, roomId, channel } = room
  const userIds = new Set([...channel.listeners.keys()].map(({ session }) => session.actor.userId))
  return [...userIds].map((userId) => ({ tenantId, roomId, userId, room }))
}
