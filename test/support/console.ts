/** Whoever is logged in to the console, as its page calls: by the cookie, and with the token that only the page knows. */
import type { Answer, Rest } from './rest.js'

export interface LoggedIn {
  /** As the page calls. */
  page: Rest
  cookie: string
  csrfToken: string
}

/** What the answer sets, as a browser sends it back. */
export const cookieIn = ({ headers }: Answer): string => headers.getSetCookie()[0]!.split(';')[0]!

export async function logIn(anyone: Rest, key: string): Promise<LoggedIn> {
  const answer = await anyone.post('/console/session', { key })
  if (answer.status !== 200) throw new Error(`not logged in: ${JSON.stringify(answer.body)}`)
  const [cookie, csrfToken] = [cookieIn(answer), answer.body.csrf_token as string]
  return { cookie, csrfToken, page: anyone.as({ ...anyone.headers, cookie, 'x-csrf-token': csrfToken }) }
}
