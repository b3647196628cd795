import { hostname } from 'node:os'
import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks'
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { BusHealth, NodeReports, Nodes } from '../contract/ports.js'
import { version } from '../contract/version.js'
import type { NodeView } from '../contract/views.js'
import { Config } from './config.js'
import { Database } from './database/database.js'
import { Lifecycle } from './lifecycle.js'
import { Metrics } from './metrics.js'
import { RateLately } from './rate-lately.js'

const everyMs = 3000
/** How often the event loop is looked at; what it took until the next look is this and the lag. */
const resolutionMs = 20
/** Lately is a quarter of a minute. */
const samples = 6

/** What this node says of itself: to whoever asks, and every few seconds to the others. */
@Injectable()
export class SelfReport implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('report')
  private readonly messages = new RateLately(samples)
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs })
  private lagMs = 0
  private timer: NodeJS.Timeout

  constructor(
    private readonly nodes: Nodes,
    private readonly reports: NodeReports,
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly bus: BusHealth,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.delay.enable()
    this.timer = setInterval(() => void this.tick(), everyMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
    this.delay.disable()
  }

  async read(): Promise<NodeView> {
    return {
      node_id: this.nodes.id,
      name: this.config.PORT ? `${hostname()}:${this.config.PORT}` : hostname(),
      version,
      started_at: new Date(performance.timeOrigin).toISOString(),
      told_at: new Date().toISOString(),
      draining: this.lifecycle.isLeaving,
      connections: await valueOf(this.metrics.sockets),
      rooms: await valueOf(this.metrics.rooms),
      messages_per_second: Math.ceil(this.messages.perSecond),
      event_loop_lag_ms: Math.round(this.lagMs),
      memory_bytes: process.memoryUsage.rss(),
      database: await this.databaseState(),
      redis: this.bus.state,
    }
  }

  private async tick(): Promise<void> {
    this.messages.add(await valueOf(this.metrics.messages), performance.now())
    this.lagMs = Math.max(0, this.delay.percentile(99) / 1e6 - resolutionMs)
    this.delay.reset()
    if (!this.reports.areHeard) return
    await this.reports.tell(await this.read()).catch((error: unknown) => this.logger.warn(error))
  }

  private databaseState(): Promise<'up' | 'down'> {
    return this.database.ping().then(
      () => 'up',
      () => 'down',
    )
  }
}

/** Of what has no labels. */
const valueOf = async (metric: { get: () => Promise<{ values: { value: number }[] }> }): Promise<number> =>
  (await metric.get()).values[0]?.value ?? 0
