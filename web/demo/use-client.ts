import { useEffect, useState } from 'react'
import { ParleyClient } from '@parley/client'
import { renew, SessionLost, type Session } from './session.js'

/** A client for this session, whose token is renewed as long as the service knows us; then `lost` is called. */
export function useClient(session: Session, lost: () => void): ParleyClient {
  const [client] = useState(() => {
    let first: string | null = Date.parse(session.expires_at) - Date.now() > 60_000 ? session.token : null
    const token = async (): Promise<string> => {
      const known = first
      first = null
      return known ?? (await renewed(session, lost)).token
    }
    return new ParleyClient({ url: location.origin, userId: session.user_id, token })
  })
  useEffect(() => {
    client.connect()
    const tryNow = (): void => client.connect()
    window.addEventListener('online', tryNow)
    return () => window.removeEventListener('online', tryNow)
  }, [client])
  return client
}

async function renewed(session: Session, lost: () => void): Promise<Session> {
  try {
    return await renew(session)
  } catch (error) {
    if (error instanceof SessionLost) lost()
    throw error
  }
}
