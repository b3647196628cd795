import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { Statements } from '../contract/ports.js'
import { Config } from '../infra/config.js'

/**
 * How many rooms a tenant may have, exactly, on however many nodes: those that make rooms of such a tenant are counted
 * one after the other. Without a limit nothing is locked and nothing counted.
 */
@Injectable()
export class RoomQuota {
  constructor(private readonly config: Config) {}

  /**
   * To be asked last in the transaction that made the room, so that who waits here is waited for by nobody but those
   * who come here too. Throws `quota_exceeded`: then the room was not made.
   */
  async require(tx: Statements, tenantId: string): Promise<void> {
    const [tenant] = await tx.query<{ most: number | null }>(mostRooms, [tenantId])
    const most = tenant?.most ?? this.config.MAX_TENANT_ROOMS
    if (!most) return
    await tx.query(oneAtATime, [tenantId])
    const [rooms] = await tx.query<{ count: number }>(countRooms, [tenantId, most + 1])
    if (rooms!.count > most) throw new ChatError('quota_exceeded', `A tenant may have ${most} rooms (tenant_rooms).`)
  }
}

const mostRooms = `SELECT (limits->>'tenant_rooms')::int AS most FROM tenants WHERE tenant_id = $1`

const oneAtATime = `SELECT pg_advisory_xact_lock(hashtextextended('rooms:' || $1::text, 0))`

/** A statement of its own: it sees what was committed while this one waited. */
const countRooms = `
  SELECT count(*)::int AS count FROM (SELECT FROM tb_chat_rooms WHERE tenant_id = $1 LIMIT $2) AS rooms`
