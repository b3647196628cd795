import { Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { User } from './user.entity.js'
import { ErasingRepository } from './erasing.repository.js'
import { ErasingService } from './erasing.service.js'
import { ErasingHousekeeping } from './housekeeping.js'
import { NotificationsController } from './notifications.controller.js'
import { NotificationsService } from './notifications.service.js'
import { PersonalData } from './personal-data.js'
import { UsersController } from './users.controller.js'
import { UsersRepository } from './users.repository.js'
import { UsersService } from './users.service.js'

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UsersController, NotificationsController],
  providers: [
    UsersService,
    UsersRepository,
    NotificationsService,
    ErasingService,
    ErasingRepository,
    ErasingHousekeeping,
    PersonalData,
  ],
  exports: [UsersService, PersonalData],
})
export class UsersModule {}
