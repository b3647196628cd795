import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { toOwnStatusView } from './presence.dto.js'
import { PresenceRepository } from './presence.repository.js'

/** When somebody was seen last. */
@Injectable()
export class PresenceRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'presence'
  readonly tables = ['tb_user_status']

  constructor(
    private readonly presence: PresenceRepository,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { status: this.status(person) }
  }

  erase(person: PersonKey): Promise<void> {
    return this.presence.forget(person)
  }

  private async *status({ tenantId, userId }: PersonKey): AsyncGenerator<object[]> {
    const row = await this.presence.find(tenantId, userId, userId)
    yield row ? [toOwnStatusView(row)] : []
  }
}
