import { Module } from '@nestjs/common'
import { TenantsModule } from '../tenants/tenants.module.js'
import { UsersModule } from '../users/users.module.js'
import { Closing } from './closing.js'
import { MeterModule } from './meter.module.js'
import { Recorder } from './recorder.js'
import { TenantUsageController } from './tenant-usage.controller.js'
import { UsageController } from './usage.controller.js'
import { UsageRecords } from './usage.records.js'
import { UsageRepository } from './usage.repository.js'
import { UsageService } from './usage.service.js'

/** Not global: what is shut down last is, and the recorder writes to the database then. */
@Module({
  imports: [MeterModule, TenantsModule, UsersModule],
  controllers: [UsageController, TenantUsageController],
  providers: [UsageService, UsageRepository, UsageRecords, Recorder, Closing],
})
export class UsageModule {}
