/** Who is in a scenario: the visitor, and another demo user beside. */
import { ask } from './rest.js'
import type { Session } from '../session.js'

const place = 'parley-demo-second'

/** The same one as before in this browser, with a token that is new. */
export async function secondPerson({ display_name, tenant_id }: Session): Promise<Session> {
  const name = display_name === 'Bob' ? 'Ann' : 'Bob'
  const known = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Session>
  const isSame = known.tenant_id === tenant_id && known.display_name === name
  const { user_id, session_secret } = known
  // The demo may have been made anew since.
  const second = await (isSame ? come({ name, user_id, session_secret }).catch(() => come({ name })) : come({ name }))
  localStorage.setItem(place, JSON.stringify({ ...second, token: undefined }))
  return second
}

/** The same person, with a token that is new. */
export const renewed = ({ display_name: name, user_id, session_secret }: Session): Promise<Session> =>
  come({ name, user_id, session_secret })

async function come(who: object): Promise<Session> {
  const { status, body } = await ask(null, 'POST', '/demo/session', who)
  if (status >= 300) throw new Error(body?.detail ?? `The service answered ${status}.`)
  return body as Session
}
