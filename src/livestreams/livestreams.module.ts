import { Module } from '@nestjs/common'
import { RoomsModule } from '../rooms/rooms.module.js'
import { UsersModule } from '../users/users.module.js'
import { LivestreamsController } from './livestreams.controller.js'
import { LivestreamsRecords } from './livestreams.records.js'
import { LivestreamsRepository } from './livestreams.repository.js'
import { LivestreamsService } from './livestreams.service.js'

@Module({
  imports: [RoomsModule, UsersModule],
  controllers: [LivestreamsController],
  providers: [LivestreamsService, LivestreamsRepository, LivestreamsRecords],
  exports: [LivestreamsService],
})
export class LivestreamsModule {}
