import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'

/** Somebody in a room, of any tenant. */
export interface InRoom {
  tenantId: string
  roomId: string
  userId: string
}

/** They are no member of the room, or there is no such room any more. */
export type Outside = 'removed' | 'gone'

@Injectable()
export class OutsidersRepository {
  constructor(private readonly database: Database) {}

  /** Each in their place; null for a member. Of a livestream everybody is one. */
  async find(people: readonly InRoom[]): Promise<(Outside | null)[]> {
    const [tenantIds, roomIds] = [people.map(({ tenantId }) => tenantId), people.map(({ roomId }) => roomId)]
    const rows = await this.database
      .of(...tenantIds)
      .prepared<{ place: number; outside: Outside }>('outsiders', outsiders, [
        tenantIds,
        roomIds,
        people.map(({ userId }) => userId),
      ])
    const byPlace = new Map(rows.map(({ place, outside }) => [place, outside]))
    return people.map((_, index) => byPlace.get(index + 1) ?? null)
  }
}

/** Members are left out: thousands are asked about, and few answered. Each is looked up: a join would go through all of them. */
const outsiders = `
  SELECT i.place::int AS place, CASE WHEN r.chat_room_id IS NULL THEN 'gone' ELSE 'removed' END AS outside
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS i (tenant_id, room_id, user_id, place)
  LEFT JOIN LATERAL (
    SELECT m.user_id FROM tb_user_room m
    WHERE m.tenant_id = i.tenant_id AND m.room_id = i.room_id AND m.user_id = i.user_id OFFSET 0) m ON true
  LEFT JOIN LATERAL (
    SELECT r.chat_room_id, r.type FROM tb_chat_rooms r
    WHERE m.user_id IS NULL AND r.tenant_id = i.tenant_id AND r.chat_room_id = i.room_id OFFSET 0) r ON true
  WHERE m.user_id IS NULL AND r.type IS DISTINCT FROM 'livestream'`
