import { Global, Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { Erasures } from './erasures.js'
import { Message } from './message.entity.js'
import { MessageLog, RoomDigests } from '../contract/ports.js'
import { RoomsModule } from '../rooms/rooms.module.js'
import { UsersModule } from '../users/users.module.js'
import { ChangesRepository } from './changes.repository.js'
import { ChangesService } from './changes.service.js'
import { DigestsRepository } from './digests.repository.js'
import { EditsController } from './edits.controller.js'
import { LogRepository } from './log.repository.js'
import { MessagesController } from './messages.controller.js'
import { MessagesRepository } from './messages.repository.js'
import { MessagesService } from './messages.service.js'
import { ReadsController } from './reads.controller.js'
import { ReadsRepository } from './reads.repository.js'
import { ReadsService } from './reads.service.js'
import { PinsController } from './pins.controller.js'
import { ReactionsController } from './reactions.controller.js'
import { ReactionsRepository } from './reactions.repository.js'
import { ReactionsService } from './reactions.service.js'
import { LogWriter } from './writer.js'
import { Retention } from './retention.js'
import { RetentionRepository } from './retention.repository.js'
import { MessagesRecords } from './messages.records.js'
import { RecordsRepository } from './records.repository.js'
import { SearchController } from './search.controller.js'
import { SearchFiller } from './search-filler.js'
import { SearchFillerRepository } from './search-filler.repository.js'
import { SearchRepository } from './search.repository.js'
import { SearchService } from './search.service.js'
import { SlowMode } from './slow-mode.js'
import { SystemMessagesController } from './system-messages.controller.js'
import { SystemMessagesService } from './system-messages.service.js'

/** Global for the sake of its ports, which `rooms` and the hub ask without knowing who answers. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Message]), RoomsModule, UsersModule],
  controllers: [
    ReadsController,
    SearchController,
    MessagesController,
    ReactionsController,
    EditsController,
    PinsController,
    SystemMessagesController,
  ],
  providers: [
    MessagesService,
    MessagesRepository,
    ChangesService,
    ChangesRepository,
    ReactionsService,
    ReactionsRepository,
    LogWriter,
    SlowMode,
    ReadsService,
    ReadsRepository,
    LogRepository,
    Retention,
    RetentionRepository,
    MessagesRecords,
    RecordsRepository,
    Erasures,
    SystemMessagesService,
    SearchService,
    SearchRepository,
    SearchFiller,
    SearchFillerRepository,
    { provide: RoomDigests, useClass: DigestsRepository },
    { provide: MessageLog, useExisting: LogRepository },
  ],
  exports: [MessagesService, ReadsService, ChangesService, ReactionsService, RoomDigests, MessageLog],
})
export class MessagesModule {}
