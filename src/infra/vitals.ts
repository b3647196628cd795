import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Gauge } from 'prom-client'
import { BusHealth } from '../contract/ports.js'
import { Database } from './database/database.js'
import { Lifecycle } from './lifecycle.js'
import { Metrics } from './metrics.js'

/** Figures of how the process and what it stands on are, read when somebody asks. */
@Injectable()
export class Vitals implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly bus: BusHealth,
  ) {}

  onModuleInit(): void {
    const { database, lifecycle, bus } = this
    this.gauge('draining', '1 from when the process was told to end', () => Number(lifecycle.isLeaving))
    this.gauge('database_pool_total', 'Connections to PostgreSQL', () => database.load.total)
    this.gauge('database_pool_idle', 'Connections to PostgreSQL that nobody uses', () => database.load.idle)
    this.gauge('database_pool_waiting', 'Statements that wait for a connection', () => database.load.waiting)
    if (bus.state !== 'none') this.gauge('redis_up', '1 while Redis can be reached', () => Number(bus.state === 'up'))
  }

  private gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `parley_${name}`,
      help,
      registers: [this.metrics.registry],
      collect: () => gauge.set(read()),
    })
  }
}
