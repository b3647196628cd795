import { randomBytes } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { hash, verify } from '@node-rs/argon2'
import { Metrics } from '../infra/metrics.js'
import { FairQueue, type Asker } from './fair-queue.js'

/** What OWASP asks of argon2id, which is what this library hashes by unless told otherwise. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Each takes a processor and 19 MiB. */
const maxAtOnce = 2

const random = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '')

/** The hash of no password: whoever is not there, or has none, is looked at for as long as anybody else. */
const nobodys = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${random(16)}$${random(32)}`

/** The same text, however it was typed. */
const normal = (password: string): string => password.normalize('NFKC')

/** Hashes passwords and checks them, a few at a time: the rest of the service goes on meanwhile. */
@Injectable()
export class Passwords {
  private busy = 0
  private readonly queue = new FairQueue()

  constructor(private readonly metrics: Metrics) {}

  /** Throws `overloaded` at once when too many wait, as `matches` does. */
  hash(password: string, by: Asker): Promise<string> {
    return this.inTurn(by, () => hash(normal(password), cost))
  }

  /** Is it the password of this hash? Without a hash it is not, and takes as long. */
  async matches(password: string, hashed: string | null, by: Asker): Promise<boolean> {
    const same = await this.inTurn(by, () => verify(hashed ?? nobodys, normal(password)))
    return same && hashed !== null
  }

  private async inTurn<T>(by: Asker, work: () => Promise<T>): Promise<T> {
    if (this.busy === maxAtOnce) await this.queue.wait(by)
    else this.busy++
    this.metrics.hashings.inc()
    try {
      return await work()
    } finally {
      if (!this.queue.next()) this.busy--
    }
  }
}
