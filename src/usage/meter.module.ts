import { Global, Module } from '@nestjs/common'
import { Meter } from './meter.js'
import { StorageQuota } from './storage-quota.js'

/** Global: whoever does something that is counted says so to the meter. */
@Global()
@Module({ providers: [Meter, StorageQuota], exports: [Meter, StorageQuota] })
export class MeterModule {}
