import { Injectable } from '@nestjs/common'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** What Prometheus reads. No label names a tenant or a user: the operator's figures only. */
@Injectable()
export class Metrics {
  readonly registry = new Registry()

  readonly requests = new Histogram({
    name: 'parley_http_request_seconds',
    help: 'REST requests by route and status, and how long they took',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: secondsBuckets,
    registers: [this.registry],
  })
  readonly sockets = new Gauge({
    name: 'parley_sockets',
    help: 'Authenticated sockets that are connected',
    registers: [this.registry],
  })
  readonly rooms = new Gauge({
    name: 'parley_rooms_open',
    help: 'Stored rooms that somebody here listens to',
    registers: [this.registry],
  })
  readonly commands = new Histogram({
    name: 'parley_command_seconds',
    help: 'Commands that came by a socket, by name and outcome, and how long they took',
    labelNames: ['command', 'outcome'] as const,
    buckets: secondsBuckets,
    registers: [this.registry],
  })
  readonly messages = new Counter({
    name: 'parley_messages_stored_total',
    help: 'Messages that were committed and published',
    registers: [this.registry],
  })
  readonly deliveries = new Counter({
    name: 'parley_deliveries_total',
    help: 'Events that were written to sockets',
    registers: [this.registry],
  })

  readonly published = new Counter({
    name: 'parley_bus_published_total',
    help: 'Events that Redis took for the other nodes',
    registers: [this.registry],
  })
  readonly received = new Counter({
    name: 'parley_bus_received_total',
    help: 'Events that came from other nodes',
    registers: [this.registry],
  })
  readonly dropped = new Counter({
    name: 'parley_bus_dropped_total',
    help: 'Events that other nodes were not told of, since Redis was away or too slow: they read them from the log',
    registers: [this.registry],
  })
  readonly healed = new Counter({
    name: 'parley_healed_total',
    help: 'Events that came from the log: a later one came first (jump, join), or nobody told of them in time (glance, gap)',
    labelNames: ['why'] as const,
    registers: [this.registry],
  })

  readonly hashings = new Counter({
    name: 'parley_password_hashings_total',
    help: 'Passwords that were hashed or checked',
    registers: [this.registry],
  })

  constructor() {
    for (const why of ['join', 'jump', 'glance', 'gap']) this.healed.inc({ why }, 0)
    collectDefaultMetrics({ register: this.registry, prefix: 'parley_' })
  }
}
