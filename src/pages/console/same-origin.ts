import { isOurs } from '../../http/cors.js'
import type { ChatRequest } from '../../http/request.js'
import type { Config } from '../../infra/config.js'

/** Does it come from a page of ours, or from none? Browsers say so by `Sec-Fetch-Site`, or at least by `Origin`. */
export function isSameOrigin({ headers, protocol, host }: ChatRequest, config: Config): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || isOurs(origin, `${protocol}://${host}`, config)
}
