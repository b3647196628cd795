import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { Publication } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import type { StreamView } from '../contract/views.js'
import { endOf, LivestreamsService } from '../livestreams/livestreams.service.js'
import type { Connection } from './connection.js'
import type { Dialect } from './dialects/dialect.js'
import { Hub, type OpenRoom } from './hub.js'

type Found = [room: OpenRoom, stream: StreamView | null]

/** Tells who listens to a livestream that it has ended, or is there no more, when nobody told of it. */
@Injectable()
export class EndingService implements OnModuleInit {
  /** Those that were once live when they were looked at. */
  private readonly seenLive = new WeakSet<OpenRoom>()
  /** Which end each was told of. */
  private readonly told = new WeakMap<OpenRoom, string>()

  constructor(
    private readonly hub: Hub,
    private readonly livestreams: LivestreamsService,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication))
  }

  private hear({ audience, event }: Publication): void {
    if (event.type !== 'stream.ended' || !('roomId' in audience)) return
    const room = this.hub.openRoom(audience)
    if (room) this.told.set(room, event.ended_at)
  }

  /** Of rooms of livestreams. */
  async look(rooms: readonly OpenRoom[]): Promise<void> {
    const ended = (await this.find(rooms)).filter(([room, stream]) => {
      if (stream?.active) this.seenLive.add(room)
      return !stream?.active && this.unaware(room, stream).length
    })
    if (ended.length) await this.lookAgain(ended.map(([room]) => room))
  }

  /** Who came or went meanwhile may know, or it may be live again. */
  private async lookAgain(rooms: OpenRoom[]): Promise<void> {
    for (const { channel } of rooms) for (const connection of channel.listeners.keys()) channel.doubt(connection)
    try {
      for (const [room, stream] of await this.find(rooms)) if (!stream?.active) this.settle(room, stream)
    } finally {
      for (const { channel } of rooms) channel.endDoubts()
    }
  }

  private settle(room: OpenRoom, stream: StreamView | null): void {
    const { tenantId, roomId, channel } = room
    if (!stream) return this.bus.publishHere({ tenantId, roomId }, { type: 'room.deleted', room_id: roomId })
    const unaware = this.unaware(room, stream).filter(([connection]) => channel.isDoubted(connection))
    this.told.set(room, stream.closed_at!)
    this.hub.tell(unaware, endOf(stream), channel.stream)
  }

  private async find(rooms: readonly OpenRoom[]): Promise<Found[]> {
    const streams = await this.livestreams.ofRooms(rooms)
    return rooms.map((room, place) => [room, streams[place]!])
  }

  /** Whoever goes on listening after the end (as some dialects do) has perhaps been told of it. */
  private unaware(room: OpenRoom, stream: StreamView | null): [Connection, Dialect][] {
    const all = [...room.channel.listeners]
    const isNew = this.seenLive.has(room) && this.told.get(room) !== stream?.closed_at
    if (!stream || isNew) return all
    return all.filter(([, dialect]) => dialect.ending?.(endOf(stream)) !== undefined)
  }
}
