import { Injectable } from '@nestjs/common'
import type { Statements } from '../contract/ports.js'
import { columnsOf } from '../infra/database/columns.js'
import { RoomQuota } from './room-quota.repository.js'
import { Room } from './room.entity.js'

/** Rooms of streams, within the transaction of their stream. */
@Injectable()
export class StreamRoomsRepository {
  constructor(private readonly quota: RoomQuota) {}

  async insert(tx: Statements, tenantId: string, roomId: string, name: string, ownerId: string): Promise<Room> {
    const [room] = await tx.query<Room>(inserting, [tenantId, roomId, name, ownerId])
    await this.quota.require(tx, tenantId)
    return room!
  }

  /** Waits for what is just being sent; null if there is no such room any more. */
  async archive(tx: Statements, tenantId: string, roomId: string, archived: boolean): Promise<Room | null> {
    const [room] = await tx.query<Room>(archiving, [tenantId, roomId, archived])
    return room ?? null
  }
}

const columns = columnsOf(Room, 'r')

const inserting = `
  INSERT INTO tb_chat_rooms AS r (tenant_id, chat_room_id, type, access, name, created_by)
  VALUES ($1, $2, 'livestream', 'open', $3, $4) RETURNING ${columns}`

const archiving = `
  UPDATE tb_chat_rooms r SET archived = $3 WHERE r.tenant_id = $1 AND r.chat_room_id = $2 RETURNING ${columns}`
