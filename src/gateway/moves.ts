import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Publication } from '../contract/events.js'
import { EventBus, type RoomKey } from '../contract/ports.js'
import { Config } from '../infra/config.js'
import { Pace } from './pace.js'

const lookMs = 250

/** Tells the other nodes how far rooms have come here: their people's rooms may be ones that nobody there listens to. */
@Injectable()
export class Moves implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout
  private readonly pace = new Pace<RoomKey & { seq: number }>(({ tenantId, roomId, seq }) =>
    this.bus.publish({ tenantId, nodes: true }, { type: 'room.moved', room_id: roomId, last_seq: seq }),
  )

  constructor(
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (!this.config.REDIS_URL) return
    this.bus.subscribe((publication) => this.hear(publication))
    this.timer = setInterval(() => this.pace.look(performance.now()), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private hear({ audience: { tenantId }, event, from }: Publication): void {
    if (from !== undefined || event.type !== 'message.created' || event.again) return
    const { room_id: roomId, seq } = event.message
    this.pace.happened(`${tenantId}:${roomId}`, { tenantId, roomId, seq }, performance.now())
  }
}
