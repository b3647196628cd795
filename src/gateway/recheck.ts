import { setTimeout } from 'node:timers/promises'
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Config } from '../infra/config.js'
import { EndingService } from './ending.service.js'
import { EvictingService } from './evicting.service.js'
import { Hub, type OpenRoom } from './hub.js'
import { SessionsService } from './sessions.service.js'
import { slices } from './slices.js'

/** What is looked at together: sockets, listeners, and rooms of livestreams. */
const [socketsAtOnce, listenersAtOnce, streamsAtOnce] = [4000, 5000, 1000]

type Look = () => Promise<void>

/**
 * Whoever was kicked is found here if the kick was lost on its way: everything that is live on this node is looked at
 * again, round by round. A round is spread over half of the interval, so nothing waits for longer than one and a half of
 * it. What cannot be looked at lives on, and is looked at in the next round.
 */
@Injectable()
export class Recheck implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('recheck')
  private readonly end = new AbortController()
  private timer: NodeJS.Timeout
  private isLooking = false
  private isFailing = false

  constructor(
    private readonly hub: Hub,
    private readonly sessions: SessionsService,
    private readonly evicting: EvictingService,
    private readonly ending: EndingService,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.round(), this.config.RECHECK_INTERVAL_MS).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
    this.end.abort()
  }

  /** Never more than one at a time. */
  async round(): Promise<void> {
    if (this.isLooking) return
    this.isLooking = true
    const looks = this.looks()
    const paceMs = this.config.RECHECK_INTERVAL_MS / 2 / looks.length
    const beganMs = performance.now()
    let failed = 0
    for (const [place, look] of looks.entries()) {
      if (!(await this.try(look))) failed++
      await this.rest(beganMs + (place + 1) * paceMs - performance.now())
      if (this.end.signal.aborted) return
    }
    this.isFailing = failed > 0
    this.isLooking = false
  }

  private looks(): Look[] {
    const sockets = slices(
      byTenant(this.hub.connections(), ({ session }) => session.actor.tenantId),
      socketsAtOnce,
    )
    const rooms = byTenant(this.hub.openRooms(), ({ tenantId }) => tenantId)
    const streams = rooms.filter(({ channel }) => channel.stream)
    const others = rooms.filter(({ channel }) => !channel.stream)
    return [
      ...sockets.map(
        (some): Look =>
          () =>
            this.sessions.recheckAll(some),
      ),
      ...slices(others, listenersAtOnce, listenersIn).map(
        (some): Look =>
          () =>
            this.evicting.look(some),
      ),
      ...slices(streams, streamsAtOnce).map(
        (some): Look =>
          () =>
            this.ending.look(some),
      ),
    ]
  }

  /** Of what fails again and again the log says it once. */
  private async try(look: Look): Promise<boolean> {
    try {
      await look()
      return true
    } catch (error) {
      if (!this.isFailing && !this.end.signal.aborted) this.logger.warn(error)
      this.isFailing = true
      return false
    }
  }

  private async rest(ms: number): Promise<void> {
    await setTimeout(Math.max(0, ms), undefined, { ref: false, signal: this.end.signal }).catch(() => undefined)
  }
}

/** What is asked about together is of few tenants: the database holds each row against all that are named. */
function byTenant<T>(items: Iterable<T>, tenantOf: (item: T) => string): T[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(tenantOf(item))
    if (group) group.push(item)
    else groups.set(tenantOf(item), [item])
  }
  return [...groups.values()].flat()
}

const listenersIn = ({ channel }: OpenRoom): number => channel.listeners.size
