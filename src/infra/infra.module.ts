import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import {
  BusHealth,
  EventBus,
  KnownPlaces,
  NodeReports,
  Nodes,
  PresenceStore,
  RateLimiter,
  Roster,
  Seating,
} from '../contract/ports.js'
import { NoBus } from './bus-health.memory.js'
import { MemoryBus } from './bus.memory.js'
import { Config } from './config.js'
import { Database } from './database/database.js'
import { dataSourceOptions } from './database/options.js'
import { MemoryKnownPlaces } from './known-places.memory.js'
import { Lifecycle } from './lifecycle.js'
import { Metrics } from './metrics.js'
import { NoReports } from './node-reports.memory.js'
import { OneNode } from './nodes.memory.js'
import { MemoryPresence } from './presence.memory.js'
import { MemoryRateLimiter } from './rate-limiter.memory.js'
import { RedisBus } from './redis/bus.redis.js'
import { RedisHealth } from './redis/health.redis.js'
import { RedisKnownPlaces } from './redis/known-places.redis.js'
import { RedisNodeReports } from './redis/node-reports.redis.js'
import { RedisNodes } from './redis/nodes.redis.js'
import { RedisPresence } from './redis/presence.redis.js'
import { RedisRateLimiter } from './redis/rate-limiter.redis.js'
import { Redis } from './redis/redis.js'
import { RedisRoster } from './redis/roster.redis.js'
import { RedisSeating } from './redis/seating.redis.js'
import { MemoryRoster } from './roster.memory.js'
import { MemorySeating } from './seating.memory.js'
import { SelfReport } from './self-report.js'
import { Vitals } from './vitals.js'

const single: Provider[] = [
  { provide: EventBus, useClass: MemoryBus },
  { provide: BusHealth, useClass: NoBus },
  { provide: Nodes, useClass: OneNode },
  { provide: NodeReports, useClass: NoReports },
  { provide: RateLimiter, useClass: MemoryRateLimiter },
  { provide: KnownPlaces, useClass: MemoryKnownPlaces },
  { provide: Seating, useClass: MemorySeating },
  { provide: PresenceStore, useClass: MemoryPresence },
  { provide: Roster, useClass: MemoryRoster },
]

/** With a Redis between them. */
const several: Provider[] = [
  Redis,
  { provide: EventBus, useClass: RedisBus },
  { provide: BusHealth, useClass: RedisHealth },
  RedisNodes,
  { provide: Nodes, useExisting: RedisNodes },
  { provide: NodeReports, useClass: RedisNodeReports },
  { provide: RateLimiter, useClass: RedisRateLimiter },
  { provide: KnownPlaces, useClass: RedisKnownPlaces },
  { provide: Seating, useClass: RedisSeating },
  RedisRoster,
  { provide: Roster, useExisting: RedisRoster },
  { provide: PresenceStore, useClass: RedisPresence },
]

const ports = [EventBus, BusHealth, Nodes, NodeReports, RateLimiter, KnownPlaces, Seating, PresenceStore, Roster]

/** The outside, for everybody: settings, database, and what answers the core's ports. */
@Global()
@Module({})
export class InfraModule {
  static with(config: Config): DynamicModule {
    return {
      module: InfraModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(config), autoLoadEntities: true, retryAttempts: 3 })],
      providers: [
        { provide: Config, useValue: config },
        ...(config.REDIS_URL ? several : single),
        Database,
        Metrics,
        Lifecycle,
        Vitals,
        SelfReport,
      ],
      exports: [...ports, Config, Database, Metrics, Lifecycle, SelfReport],
    }
  }
}
