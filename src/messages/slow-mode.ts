import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { RateLimiter } from '../contract/ports.js'
import { standing, type Access } from '../rooms/access.service.js'
import { isSlowed } from '../rooms/permissions.js'
import { maxSlowModeS } from '../rooms/rooms.dto.js'
import type { NewMessage } from './entries.js'

/** Senders of whom this node remembers which message it let through last. */
const sendersKnown = 100_000

/** Holds people to their room's slow mode: one message in so many seconds, in each room for itself. */
@Injectable()
export class SlowMode {
  /** By room and sender, their own id of what was let through last: sent again, it is the same message. */
  private readonly last = new Map<string, string | null>()

  constructor(private readonly limiter: RateLimiter) {}

  /** The slow mode to which the sender was held, none of which is too slow for who is exempt. Throws `slow_mode`. */
  hold(access: Access, { tenantId, roomId, senderId, clientMessageId }: NewMessage): number {
    const { slow_mode_s } = access.room
    if (senderId === null || !isSlowed(standing(access))) return maxSlowModeS
    // Another setting counts anew.
    const key = `slow:${tenantId}:${roomId}:${senderId}:${slow_mode_s}`
    const isAgain = clientMessageId !== null && this.last.get(key) === clientMessageId
    if (slow_mode_s === 0 || isAgain) return slow_mode_s
    const { allowed, retryAfterMs } = this.limiter.take(key, { burst: 1, perSecond: 1 / slow_mode_s })
    if (!allowed) {
      throw new ChatError('slow_mode', `In this room one sends once in ${slow_mode_s} s.`, { retryAfterMs })
    }
    this.see(key, clientMessageId)
    return slow_mode_s
  }

  private see(key: string, clientMessageId: string | null): void {
    this.last.delete(key)
    this.last.set(key, clientMessageId)
    if (this.last.size > sendersKnown) this.last.delete(this.last.keys().next().value!)
  }
}
