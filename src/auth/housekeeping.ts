import { Injectable } from '@nestjs/common'
import { Hourly } from '../infra/hourly.js'
import { AccountsRepository } from './accounts.repository.js'

/** Forgets that tokens were revoked which ran out an hour ago. */
@Injectable()
export class RevokedHousekeeping extends Hourly {
  constructor(accounts: AccountsRepository) {
    super('auth', () => accounts.forgetRevoked())
  }
}
