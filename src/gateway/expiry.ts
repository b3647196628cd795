import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Hub } from './hub.js'

const glanceMs = 1000

/** Ends the sockets whose token has run out: one glance a second at all of them, not a timer for each. */
@Injectable()
export class Expiry implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout

  constructor(private readonly hub: Hub) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.glance(), glanceMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private glance(): void {
    const nowMs = Date.now()
    for (const connection of [...this.hub.connections()]) {
      const { expiresAtMs } = connection.session
      if (expiresAtMs !== null && expiresAtMs <= nowMs) connection.end('token_expired', 'The token has expired.')
    }
  }
}
