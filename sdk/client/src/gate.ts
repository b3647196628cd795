import { asParleyError, ParleyError } from './errors.js'
import { pause } from './later.js'

/** Until the service allows it, and a little longer: others were told the same. */
const spread = 0.25

/**
 * One asks after the other, and whoever is told to wait holds up all. Where each would try again by itself, each would be refused, and
 * whoever is refused often is answered late.
 */
export class Gate {
  private last: Promise<unknown> = Promise.resolve()

  /** Not asked any more when `isStill` says no. */
  pass<T>(ask: () => Promise<T>, isStill: () => boolean): Promise<T> {
    const turn = this.last.then(() => this.persist(ask, isStill))
    this.last = turn.catch(() => undefined)
    return turn
  }

  private async persist<T>(ask: () => Promise<T>, isStill: () => boolean): Promise<T> {
    while (isStill()) {
      try {
        return await ask()
      } catch (thrown) {
        const error = asParleyError(thrown)
        if (error.code !== 'rate_limited') throw error
        const waitMs = (error.retryAfterMs ?? 1000) * (1 + Math.random() * spread)
        await pause(waitMs)
      }
    }
    throw new ParleyError('aborted', 'Nobody waits for it any more.')
  }
}
