import { randomBytes } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { hash, verify } from '@node-rs/argon2'
import { ChatError } from '../contract/errors.js'
import { Metrics } from '../infra/metrics.js'

/** What OWASP asks of argon2id, which is what this library hashes by unless told otherwise. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Each takes a processor and 19 MiB: so many at once, and so many that wait. */
const [maxAtOnce, maxWaiting] = [2, 100]

const random = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '')

/** The hash of no password: whoever is not there, or has none, is looked at for as long as anybody else. */
const nobodys = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${random(16)}$${random(32)}`

/** The same text, however it was typed. */
const normal = (password: string): string => password.normalize('NFKC')

/** Hashes passwords and checks them, a few at a time: the rest of the service goes on meanwhile. */
@Injectable()
export class Passwords {
  private busy = 0
  private readonly waiting: (() => void)[] = []

  constructor(private readonly metrics: Metrics) {}

  /** Throws `overloaded` at once when too many wait, as `matches` does. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normal(password), cost))
  }

  /** Is it the password of this hash? Without a hash it is not, and takes as long. */
  async matches(password: string, hashed: string | null): Promise<boolean> {
    const same = await this.inTurn(() => verify(hashed ?? nobodys, normal(password)))
    return same && hashed !== null
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting.length >= maxWaiting) {
      throw new ChatError('overloaded', 'Too many passwords are waiting to be checked.', { retryAfterMs: 1000 })
    }
    if (this.busy === maxAtOnce) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.busy++
    this.metrics.hashings.inc()
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.busy--
    }
  }
}
