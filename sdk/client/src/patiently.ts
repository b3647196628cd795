import { Backoff } from './backoff.js'
import { asParleyError } from './errors.js'
import { pause } from './later.js'

const mostTries = 6

/** What is read after a reconnection is often asked on a connection that is no more: it is asked again, and then given up. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const backoff = new Backoff()
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (thrown) {
      const error = asParleyError(thrown)
      if (!error.retryable || tries === mostTries) throw error
      await pause(backoff.next(error.retryAfterMs))
    }
  }
}
