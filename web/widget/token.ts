import type { ParleyChat } from './parley-chat.js'

/** Why nobody can be asked for a token; null if somebody can. */
export function missingToken(element: ParleyChat): string | null {
  const isThere = element.tokenProvider ?? element.getAttribute('token-url') ?? element.getAttribute('token')
  return isThere ? null : 'This chat has no token: say token="…" or token-url="…".'
}

/** A JWT for who looks at the page. Throws where there is none, and is then asked again later. */
export async function tokenOf(element: ParleyChat): Promise<string> {
  if (element.tokenProvider) return element.tokenProvider()
  const url = element.getAttribute('token-url')
  if (url) return fetched(url)
  return element.getAttribute('token') ?? ''
}

/** From the page's own backend, in the session of who looks at it: as text, or as `token` in JSON. */
async function fetched(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: 'same-origin', headers: { accept: 'application/json, text/plain' } })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`)
  const text = await answer.text()
  return text.startsWith('{') ? (JSON.parse(text) as { token: string }).token : text.trim()
}
