import { Module } from '@nestjs/common'
import { FriendsController } from './friends.controller.js'
import { FriendsRepository } from './friends.repository.js'
import { FriendsService } from './friends.service.js'

@Module({
  controllers: [FriendsController],
  providers: [FriendsService, FriendsRepository],
  exports: [FriendsService],
})
export class FriendsModule {}
