/** Who is in a scenario: the visitor, and another demo user beside. */

/** What `POST /demo/session` answers, as far as it is of use here. */
export interface Session {
  tenant_id: string
  user_id: string
  display_name: string
  token: string
  room_id: string
  stream_id: string
  /** By which the same user gets a new token. */
  session_secret: string
}

export interface Answer {
  status: number
  body: any
}

export async function ask(token: string | null, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

const place = 'parley-demo-second'

/** The same one as before in this browser, with a token that is new. */
export async function secondPerson(first: Session): Promise<Session> {
  const name = first.display_name === 'Bob' ? 'Ann' : 'Bob'
  const known = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Session>
  const isSame = known.tenant_id === first.tenant_id && known.display_name === name
  const again = isSame && (await come({ name, user_id: known.user_id, session_secret: known.session_secret }))
  const { status, body } = again && again.status < 300 ? again : await come({ name })
  if (status >= 300) throw new Error(body?.detail ?? `The service answered ${status}.`)
  localStorage.setItem(place, JSON.stringify({ ...body, token: undefined }))
  return body as Session
}

const come = (who: object): Promise<Answer> => ask(null, 'POST', '/demo/session', who)
