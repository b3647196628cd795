import { Global, Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { Member } from './member.entity.js'
import { Room } from './room.entity.js'
import { PairRooms } from '../contract/ports.js'
import { FriendsModule } from '../friends/friends.module.js'
import { UsersModule } from '../users/users.module.js'
import { AccessService } from './access.service.js'
import { CallsService } from './calls.service.js'
import { MembersController } from './members.controller.js'
import { MembersRepository } from './members.repository.js'
import { MembersService } from './members.service.js'
import { OutsidersRepository } from './outsiders.repository.js'
import { OutsidersService } from './outsiders.service.js'
import { PairRoomsRepository } from './pair-rooms.repository.js'
import { RoomQuota } from './room-quota.repository.js'
import { RoomsController } from './rooms.controller.js'
import { RoomsRecords } from './rooms.records.js'
import { RoomsRepository } from './rooms.repository.js'
import { RoomsService } from './rooms.service.js'
import { StreamRoomsRepository } from './stream-rooms.repository.js'
import { StreamRooms } from './stream-rooms.service.js'

/** Global for the sake of its port, which `friends` asks without knowing who answers. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Room, Member]), FriendsModule, UsersModule],
  controllers: [RoomsController, MembersController],
  providers: [
    RoomsService,
    MembersService,
    AccessService,
    CallsService,
    RoomsRecords,
    RoomsRepository,
    RoomQuota,
    MembersRepository,
    OutsidersService,
    OutsidersRepository,
    StreamRooms,
    StreamRoomsRepository,
    { provide: PairRooms, useClass: PairRoomsRepository },
  ],
  exports: [RoomsService, AccessService, CallsService, OutsidersService, StreamRooms, PairRooms],
})
export class RoomsModule {}
