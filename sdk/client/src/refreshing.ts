import { Backoff } from './backoff.js'
import { asParleyError } from './errors.js'
import { pause } from './later.js'
import type { Line } from './line.js'
import type { Tokens } from './tokens.js'

/** So many tokens are shown, one after the other, where the service refuses them. */
export const mostTokens = 3

/** Puts another token in the place of the one that ends: until it is taken, or often enough refused, or there is none, or the line is over. */
export async function refresh(line: Line, tokens: Tokens): Promise<void> {
  const backoff = new Backoff(1000, 10_000)
  for (let refused = 0; line.isUp && refused < mostTokens;) {
    try {
      await line.ask('refresh_token', { token: await tokens.renew() })
      return
    } catch (error) {
      const { code, retryable } = asParleyError(error)
      if (code === 'aborted') return
      if (!retryable) refused++
      await pause(backoff.next())
    }
  }
}
