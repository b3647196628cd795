/** Who uses this tab. Another tab is another person: the service is asked by name, and its answer is kept for the tab alone. */
export interface Session {
  tenant_id: string
  user_id: string
  display_name: string
  token: string
  expires_at: string
  room_id: string
  stream_id: string
  stream_room_id: string
  /** Shows that the name is ours, when the token is renewed. */
  session_secret: string
}

const key = 'parley-demo-session'

export function keptSession(): Session | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Session | null
    return kept?.user_id && kept.display_name && kept.session_secret ? kept : null
  } catch {
    return null
  }
}

export function keepSession(session: Session | null): void {
  if (session) sessionStorage.setItem(key, JSON.stringify(session))
  else sessionStorage.removeItem(key)
}

/** The service does not know us any more: its demo was made anew. */
export class SessionLost extends Error {}

export const begin = (name: string): Promise<Session> => ask({ name })

export async function renew({ display_name: name, user_id, session_secret }: Session): Promise<Session> {
  const session = await ask({ name, user_id, session_secret })
  keepSession(session)
  return session
}

async function ask(body: object): Promise<Session> {
  const answer = await fetch('/demo/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = (await answer.json().catch(() => ({}))) as Session & { detail?: string }
  if (answer.ok) return { ...body, ...said }
  const words = said.detail ?? 'The service did not answer as expected.'
  throw [400, 401, 403, 404].includes(answer.status) ? new SessionLost(words) : new Error(words)
}
