import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { inPieces, PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { FriendsRepository, type OwnTie } from './friends.repository.js'
import { FriendsService } from './friends.service.js'

/** Whom a person asked, knows and has blocked. Who has blocked them is not theirs to know, and goes with them. */
@Injectable()
export class FriendsRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'friends'
  readonly tables = ['tb_friendships']

  constructor(
    private readonly friends: FriendsRepository,
    private readonly service: FriendsService,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { friends: this.ties(person, (ties) => ties.filter((tie) => isKnown(tie, person)).map(toRecord)) }
  }

  async erase(person: PersonKey): Promise<void> {
    for await (const others of this.ties(person, (ties) => ties.map(({ other_id }) => other_id))) {
      for (const other of new Set(others)) await this.service.forget(person, other)
    }
  }

  private async *ties<T>({ tenantId, userId }: PersonKey, view: (ties: OwnTie[]) => T[]): AsyncGenerator<T[]> {
    const read = (after: OwnTie | null, limit: number): Promise<OwnTie[]> =>
      this.friends.tiesOf(tenantId, userId, after, limit)
    for await (const ties of inPieces(read, (tie) => tie)) yield view(ties)
  }
}

const isKnown = (tie: OwnTie, { userId }: PersonKey): boolean => tie.status !== 'blocked' || tie.user_id === userId

const toRecord = ({ other_id, status, user_id, created_at }: OwnTie): object => ({
  user_id: other_id,
  status,
  requested_by: user_id,
  created_at,
})
