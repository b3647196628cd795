import { useState } from 'react'
import { ParleyProvider } from '@parley/react'
import { Frame } from './Frame.js'
import { NameDialog } from './NameDialog.js'
import { keepSession, keptSession, type Session } from './session.js'
import { SessionContext } from './session-context.js'
import { useClient } from './use-client.js'

export function App() {
  const [session, setSession] = useState(keptSession)
  const change = (next: Session | null): void => {
    keepSession(next)
    setSession(next)
  }
  if (!session) return <NameDialog onSession={change} />
  return <Signed key={session.user_id} session={session} leave={() => change(null)} />
}

function Signed({ session, leave }: { session: Session; leave: () => void }) {
  const client = useClient(session, leave)
  return (
    <ParleyProvider client={client}>
      <SessionContext value={session}>
        <Frame
          leave={() => {
            client.close()
            leave()
          }}
        />
      </SessionContext>
    </ParleyProvider>
  )
}
