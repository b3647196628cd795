import { Injectable, Logger } from '@nestjs/common'
import { Config } from '../infra/config.js'
import { guardedFetch } from '../infra/guarded-fetch.js'
import { MostRecent } from '../infra/most-recent.js'
import { KeySet } from './key-set.js'

const bounds = { timeoutMs: 5000, maxBytes: 65_536 }
const most = 1000

/** The JWKS of all tenants, each for itself: one that does not answer holds up nobody else. */
@Injectable()
export class KeySetsService {
  private readonly logger = new Logger('KeySets')
  private readonly sets = new MostRecent<KeySet>(most)

  constructor(private readonly config: Config) {}

  of(tokenKeyId: string, url: string): KeySet {
    const set = this.sets.get(tokenKeyId) ?? new KeySet(() => this.ask(tokenKeyId, url))
    this.sets.set(tokenKeyId, set)
    return set
  }

  private async ask(tokenKeyId: string, url: string): Promise<string> {
    try {
      return await guardedFetch(url, this.config, bounds)
    } catch (error) {
      this.logger.warn(`the JWKS of token key ${tokenKeyId} cannot be read: ${(error as Error).message}`)
      throw error
    }
  }
}
