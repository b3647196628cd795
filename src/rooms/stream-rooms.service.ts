import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Statements } from '../contract/ports.js'
import type { RoomView } from '../contract/views.js'
import { toRoomView } from './rooms.dto.js'
import { StreamRoomsRepository } from './stream-rooms.repository.js'

/** What `livestreams` makes of rooms, in its own transactions: they are open, of a crowd, and named after the stream. */
@Injectable()
export class StreamRooms {
  constructor(private readonly rooms: StreamRoomsRepository) {}

  async make(tx: Statements, tenantId: string, streamId: string, streamerId: string): Promise<RoomView> {
    return toRoomView(await this.rooms.insert(tx, tenantId, uuid(), streamId, streamerId))
  }

  /** After it, nothing is stored in an archived one. null: it is gone. */
  async archive(tx: Statements, tenantId: string, roomId: string, archived: boolean): Promise<RoomView | null> {
    const room = await this.rooms.archive(tx, tenantId, roomId, archived)
    return room && toRoomView(room)
  }
}
