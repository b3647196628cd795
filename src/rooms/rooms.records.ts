import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { inPieces, PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { MembersRepository, type MembershipRow } from './members.repository.js'
import { MembersService } from './members.service.js'

/** Where a person is. Erased, they leave, but for rooms of two: the other one goes on reading what was said there. */
@Injectable()
export class RoomsRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'rooms'
  readonly tables = ['tb_user_room', 'room_removals', 'tb_chat_rooms']

  constructor(
    private readonly repository: MembersRepository,
    private readonly members: MembersService,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections({ tenantId, userId }: PersonKey): Record<string, AsyncIterable<object[]>> {
    const read = (after: MembershipRow | null, limit: number): Promise<MembershipRow[]> =>
      this.repository.memberships(tenantId, userId, after?.room_id ?? null, limit)
    return { rooms: inPieces(read, (row) => row) }
  }

  erase(person: PersonKey): Promise<void> {
    return this.members.endAll(person)
  }
}
