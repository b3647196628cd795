import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { ChatEvent, Publication } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import { Hub } from './hub.js'

/** Three times as long as a node takes to say that somebody goes on. */
const lastsMs = 30_000
const lookMs = 1000

type Typing = ChatEvent & { type: 'typing' | 'ephemeral.typing' }

/**
 * Who types on other nodes, as sockets here were told. Their node says when that ends, and every ten seconds that it goes
 * on: of whom nothing more is said, since the node has died or could not say it, is told here that they type no more.
 */
@Injectable()
export class RemoteTyping implements OnModuleInit, OnModuleDestroy {
  /** Whose time is up first comes first. */
  private readonly told = new Map<string, { publication: Publication; event: Typing; untilMs: number }>()
  private timer: NodeJS.Timeout

  constructor(
    private readonly hub: Hub,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication, performance.now()))
    this.timer = setInterval(() => this.look(performance.now()), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  look(nowMs: number): void {
    for (const [key, { publication, event, untilMs }] of this.told) {
      if (untilMs > nowMs) break
      this.told.delete(key)
      this.hub.deliver({ ...publication, event: { ...event, is_typing: false } })
    }
  }

  private hear(publication: Publication, nowMs: number): void {
    const { audience, event, from } = publication
    if (event.type !== 'typing' && event.type !== 'ephemeral.typing') return
    const place = event.type === 'typing' ? event.room_id : event.name
    const key = [audience.tenantId, event.type, event.user_id, place].join(':')
    const known = this.told.get(key)
    this.told.delete(key)
    // Also of who goes on at this node: it knows when that ends.
    if (from === undefined || !event.is_typing) return
    if (event.again && known) this.told.set(key, { ...known, untilMs: nowMs + lastsMs })
    if (!event.again) this.told.set(key, { publication, event, untilMs: nowMs + lastsMs })
  }
}
