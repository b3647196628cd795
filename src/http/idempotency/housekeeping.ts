import { Injectable } from '@nestjs/common'
import { Hourly } from '../../infra/hourly.js'
import { IdempotencyRepository } from './idempotency.repository.js'

/** Forgets the keys that nobody repeats any more. */
@Injectable()
export class Housekeeping extends Hourly {
  constructor(keys: IdempotencyRepository) {
    super('idempotency', () => keys.forgetOld())
  }
}
