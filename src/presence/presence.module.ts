import { Module } from '@nestjs/common'
import { RoomsModule } from '../rooms/rooms.module.js'
import { UsersModule } from '../users/users.module.js'
import { Attendance } from './attendance.js'
import { Herald } from './herald.js'
import { PresenceRecords } from './presence.records.js'
import { PresenceController } from './presence.controller.js'
import { PresenceRepository } from './presence.repository.js'
import { PresenceService } from './presence.service.js'
import { StatsController } from './stats.controller.js'
import { TypingRepository } from './typing.repository.js'
import { TypingService } from './typing.service.js'

@Module({
  imports: [RoomsModule, UsersModule],
  controllers: [PresenceController, StatsController],
  providers: [
    Attendance,
    Herald,
    PresenceService,
    PresenceRepository,
    PresenceRecords,
    TypingService,
    TypingRepository,
  ],
  exports: [Attendance, TypingService],
})
export class PresenceModule {}
