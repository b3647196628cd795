import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { Attendance } from './attendance.js'
import { toOwnStatusView } from './presence.dto.js'
import { PresenceRepository } from './presence.repository.js'

/** When somebody was seen last. */
@Injectable()
export class PresenceRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'presence'
  readonly tables = ['tb_user_status']

  constructor(
    private readonly attendance: Attendance,
    private readonly presence: PresenceRepository,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { status: this.status(person) }
  }

  /** Whoever saw that they were there is told that they have gone, and not when. */
  erase(person: PersonKey): Promise<void> {
    return this.attendance.change(async () => {
      const row = await this.presence.forget(person)
      return row?.is_online && !row.invisible ? { ...row, is_online: false, last_seen: null } : null
    })
  }

  private async *status({ tenantId, userId }: PersonKey): AsyncGenerator<object[]> {
    const row = await this.presence.find(tenantId, userId, userId)
    yield row ? [toOwnStatusView(row)] : []
  }
}
