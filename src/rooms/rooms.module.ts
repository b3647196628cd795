import { Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { Member } from './member.entity.js'
import { Room } from './room.entity.js'
import { UsersModule } from '../users/users.module.js'
import { AccessService } from './access.service.js'
import { MembersController } from './members.controller.js'
import { MembersRepository } from './members.repository.js'
import { MembersService } from './members.service.js'
import { RoomsController } from './rooms.controller.js'
import { RoomsRepository } from './rooms.repository.js'
import { RoomsService } from './rooms.service.js'

@Module({
  imports: [TypeOrmModule.forFeature([Room, Member]), UsersModule],
  controllers: [RoomsController, MembersController],
  providers: [RoomsService, MembersService, AccessService, RoomsRepository, MembersRepository],
  exports: [RoomsService, AccessService],
})
export class RoomsModule {}
