import { Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core'
import { AuthModule } from '../auth/auth.module.js'
import { AuthGuard } from './auth.guard.js'
import { ErrorsController } from './errors.controller.js'
import { HealthController } from './health.controller.js'
import { Housekeeping } from './idempotency/housekeeping.js'
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js'
import { IdempotencyRepository } from './idempotency/idempotency.repository.js'
import { InputPipe } from './input.pipe.js'
import { MetricsController } from './metrics.controller.js'
import { NodesController } from './nodes.controller.js'
import { ProblemFilter } from './problem.filter.js'

/** What every REST route goes through: who calls, what comes in, what goes wrong. */
@Module({
  imports: [AuthModule],
  controllers: [HealthController, MetricsController, NodesController, ErrorsController],
  providers: [
    IdempotencyRepository,
    Housekeeping,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class HttpModule {}
