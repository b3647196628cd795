import { Global, Module, type DynamicModule } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { EventBus, PresenceStore, RateLimiter } from '../contract/ports.js'
import { MemoryBus } from './bus.memory.js'
import { Config } from './config.js'
import { Database } from './database/database.js'
import { dataSourceOptions } from './database/options.js'
import { Lifecycle } from './lifecycle.js'
import { Metrics } from './metrics.js'
import { MemoryPresence } from './presence.memory.js'
import { MemoryRateLimiter } from './rate-limiter.memory.js'

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
        { provide: EventBus, useClass: MemoryBus },
        { provide: RateLimiter, useClass: MemoryRateLimiter },
        { provide: PresenceStore, useClass: MemoryPresence },
        Database,
        Metrics,
        Lifecycle,
      ],
      exports: [Config, EventBus, RateLimiter, PresenceStore, Database, Metrics, Lifecycle],
    }
  }
}
