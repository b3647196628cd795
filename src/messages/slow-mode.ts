import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { RateLimiter } from '../contract/ports.js'
import { standing, type Access } from '../rooms/access.service.js'
import { isSlowed } from '../rooms/permissions.js'
import { maxSlowModeS } from '../rooms/rooms.dto.js'
import type { NewMessage } from './entries.js'

/**
 * Holds people to their room's slow mode: one message in so many seconds, in each room for itself, over all nodes. What
 * was let through last and is sent again, by their own id, is the same message.
 */
@Injectable()
export class SlowMode {
  constructor(private readonly limiter: RateLimiter) {}

  /** The slow mode to which the sender was held, none of which is too slow for who is exempt. Throws `slow_mode`. */
  async hold(access: Access, { tenantId, roomId, senderId, clientMessageId }: NewMessage): Promise<number> {
    const { slow_mode_s } = access.room
    if (senderId === null || !isSlowed(standing(access))) return maxSlowModeS
    if (slow_mode_s === 0) return 0
    // Another setting counts anew.
    const key = `slow:${tenantId}:${roomId}:${senderId}:${slow_mode_s}`
    const taking = { key, rate: { burst: 1, perSecond: 1 / slow_mode_s }, id: clientMessageId }
    const [taken] = await this.limiter.take(tenantId, [taking])
    if (taken!.allowed) return slow_mode_s
    const { retryAfterMs } = taken!
    throw new ChatError('slow_mode', `In this room one sends once in ${slow_mode_s} s.`, { retryAfterMs })
  }
}
