import { Module } from '@nestjs/common'
import { FriendsController } from './friends.controller.js'
import { FriendsRecords } from './friends.records.js'
import { FriendsRepository } from './friends.repository.js'
import { FriendsService } from './friends.service.js'
import { UsersModule } from '../users/users.module.js'

@Module({
  imports: [UsersModule],
  controllers: [FriendsController],
  providers: [FriendsService, FriendsRecords, FriendsRepository],
  exports: [FriendsService],
})
export class FriendsModule {}
