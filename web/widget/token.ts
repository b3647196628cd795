import { tokenFrom } from '@parley/client'

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

/** A JWT for who looks at the page. Throws where there is none. */
export async function tokenOf(source: TokenSource): Promise<string> {
  if (source.tokenProvider) return source.tokenProvider()
  const url = source.getAttribute('token-url')
  return url ? tokenFrom(url)() : (source.getAttribute('token') ?? '')
}

/** By what the two tokens say. What is no JWT is nobody's. */
export function isOfSamePerson(one: string | null, other: string | null): boolean {
  const person = personIn(one)
  return person !== null && person === personIn(other)
}

/** What another token of the same person says otherwise. */
const momentary = new Set(['exp', 'iat', 'nbf', 'jti'])

function personIn(token: string | null): string | null {
  try {
    const claims = JSON.parse(atob(token!.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))) as object
    return JSON.stringify(Object.entries(claims).filter(([name]) => !momentary.has(name)))
  } catch {
    return null
  }
}
