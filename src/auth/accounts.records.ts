import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { AccountsRepository } from './accounts.repository.js'

/** That somebody has a password, and since when; never the password. */
@Injectable()
export class AccountsRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'auth'
  readonly tables = ['tb_passwords', 'revoked_tokens']

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { passwords: this.passwords(person) }
  }

  erase({ tenantId, userId }: PersonKey): Promise<void> {
    return this.accounts.forgetPassword(tenantId, userId)
  }

  private async *passwords({ tenantId, userId }: PersonKey): AsyncGenerator<object[]> {
    yield await this.accounts.passwordChanges(tenantId, userId)
  }
}
