import { ParleyError } from './errors.js'
import type { TokenProvider } from './tokens.js'

/**
 * Asks an address of your backend, with the cookies of the page. It answers the token, as text or as `{ "token": … }`; 401 or
 * 403 where nobody is logged in, and then nobody asks again before `connect()`.
 */
export const tokenFrom =
  (address: string): TokenProvider =>
  async () => {
    const answer = await fetch(address, { cache: 'no-store' })
    const { ok, status } = answer
    if (status === 401 || status === 403) throw new ParleyError('aborted', 'Nobody is logged in.')
    if (!ok) throw new ParleyError('offline', `There is no token: ${address} answered ${status}.`)
    const text = await answer.text()
    return text.startsWith('{') ? (JSON.parse(text) as { token: string }).token : text.trim()
  }
