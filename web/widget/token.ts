/** Whoever says where tokens come from: the source. */
export interface TokenSource {
  tokenProvider: (() => string | Promise<string>) | null
  getAttribute(name: string): string | null
}

/** Why nobody can be asked for a token; null if somebody can. */
export function missingToken(source: TokenSource): string | null {
  const isThere = source.tokenProvider ?? source.getAttribute('token-url') ?? source.getAttribute('token')
  return isThere ? null : 'This chat has no token: say token="…" or token-url="…".'
}

/** A JWT for who looks at the page. Throws where there is none, and is then asked again later. */
export async function tokenOf(source: TokenSource): Promise<string> {
  if (source.tokenProvider) return source.tokenProvider()
  const url = source.getAttribute('token-url')
  if (url) return fetched(url)
  return source.getAttribute('token') ?? ''
}

/** From the page's own backend, in the session of who looks at it: as text, or as `token` in JSON. */
async function fetched(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: 'same-origin', headers: { accept: 'application/json, text/plain' } })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`)
  const text = await answer.text()
  return text.startsWith('{') ? (JSON.parse(text) as { token: string }).token : text.trim()
}
