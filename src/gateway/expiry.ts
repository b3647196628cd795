import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Connection } from './connection.js'
import { Hub } from './hub.js'

const glanceMs = 1000
const warnAheadMs = 60_000

/**
 * Tells clients that their token runs out, once a token, and ends the sockets whose token has: one glance a second at
 * all of them, not a timer for each.
 */
@Injectable()
export class Expiry implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout
  private readonly renewing = new Set<Connection>()

  constructor(private readonly hub: Hub) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.glance(), glanceMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** A socket came, of which the hub knows. Told at once if its token is about to run out. */
  greet(connection: Connection): void {
    connection.warnAtMs = (connection.session.expiresAtMs ?? Infinity) - warnAheadMs
    this.look(connection, Date.now())
  }

  /**
   * Its token is another one. A short-lived one is not warned of before half of it is over: clients that refresh at
   * every warning would do nothing else.
   */
  renewed(connection: Connection): void {
    const nowMs = Date.now()
    const expiresAtMs = connection.session.expiresAtMs ?? Infinity
    connection.warnAtMs = Math.max(expiresAtMs - warnAheadMs, (nowMs + expiresAtMs) / 2)
  }

  /** Whoever asked for another token in time is not ended while it is looked at. */
  async whileRenewing<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    if (!hasRunOut(connection, Date.now())) this.renewing.add(connection)
    try {
      return await work()
    } finally {
      this.renewing.delete(connection)
    }
  }

  private glance(): void {
    const nowMs = Date.now()
    for (const connection of [...this.hub.connections()]) this.look(connection, nowMs)
  }

  private look(connection: Connection, nowMs: number): void {
    if (this.renewing.has(connection)) return
    if (hasRunOut(connection, nowMs)) return connection.end('token_expired', 'The token has expired.')
    if (connection.warnAtMs > nowMs) return
    connection.warnAtMs = Infinity
    const expires_at = new Date(connection.session.expiresAtMs!).toISOString()
    this.hub.write([connection], { type: 'token.expiring', expires_at })
  }
}

const hasRunOut = ({ session }: Connection, nowMs: number): boolean =>
  session.expiresAtMs !== null && session.expiresAtMs <= nowMs
