import { ParleyError } from './errors.js'
import type { TokenProvider } from './tokens.js'

/** The three parts of a JWT. */
const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Asks an address of your backend, with the cookies of the page if it is of the same origin: `init` may say otherwise, as
 * `fetch` takes it. It answers the token, as text or as `{ "token": … }`; 401 or 403 where nobody is logged in, and then nobody
 * asks again before `connect()`.
 */
export const tokenFrom =
  (address: string, init: RequestInit = {}): TokenProvider =>
  async () => {
    const answer = await fetch(address, { cache: 'no-store', ...init })
    const { ok, status } = answer
    if (status === 401 || status === 403) throw new ParleyError('aborted', 'Nobody is logged in.')
    if (!ok) throw new ParleyError('offline', `There is no token: ${address} answered ${status}.`)
    const token = tokenIn(await answer.text())
    // A page, as it is answered where nothing else stands at the address, is not shown to the service.
    if (!jwt.test(token)) throw new ParleyError('offline', `There is no token in what ${address} answered.`)
    return token
  }

function tokenIn(text: string): string {
  try {
    const said = JSON.parse(text) as string | { token?: unknown }
    return String(typeof said === 'string' ? said : said.token)
  } catch {
    return text.trim()
  }
}
