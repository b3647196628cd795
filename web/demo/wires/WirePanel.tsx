import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { Composer } from './Composer.js'
import { ConnectionForm } from './ConnectionForm.js'
import type { Dialect, Place } from './dialects.js'
import { FrameList } from './FrameList.js'
import { FrameLog } from './frame-log.js'
import { renewed } from './people.js'
import type { Session } from '../session.js'
import { askTold } from './rest.js'
import { SeedPlayer } from './SeedPlayer.js'
import { useConnection } from './use-connection.js'

/** One wire: one's connection and what one sends, or the seed; and all frames. */
export function WirePanel({ dialect, session }: { dialect: Dialect; session: Session }) {
  const [log] = useState(() => new FrameLog())
  const userName = session.display_name
  const wire = useConnection(dialect, userName, log)
  const [chosen, setChosen] = useState<Partial<Place>>({})
  const place = { ...placeOf(dialect, session), ...chosen }

  /** Streams are begun by who streams. */
  const begin = (): Promise<unknown> =>
    askTold(log, { ...session, token: place.token }, 'POST', '/api/chat/thread', { stream_id: place.stream })

  return (
    <div className="wires-panel">
      <p>{dialect.about}</p>
      <div className="wires-columns">
        <Tabs defaultValue="hand" variant="pills">
          <Tabs.List grow aria-label="How to speak it">
            <Tabs.Tab value="hand">By hand</Tabs.Tab>
            <Tabs.Tab value="seed">Play seed {dialect.seed}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="hand" className="wires-left">
            <ConnectionForm
              dialect={dialect}
              place={place}
              onChange={(part) => setChosen({ ...chosen, ...part })}
              wire={wire}
              onBegin={() => void begin()}
              onRenew={() => void renewed(session).then(({ token }) => setChosen({ ...chosen, token }))}
            />
            <Composer dialect={dialect} place={place} userName={userName} wire={wire} log={log} />
          </Tabs.Panel>
          <Tabs.Panel value="seed" className="wires-left">
            <SeedPlayer dialect={dialect} session={session} log={log} />
          </Tabs.Panel>
        </Tabs>
        <FrameList log={log} />
      </div>
    </div>
  )
}

const placeOf = ({ wire }: Dialect, { user_id, tenant_id, room_id, stream_id, token }: Session): Place => ({
  room: wire === 'rooms' ? 'test-room' : room_id,
  stream: stream_id,
  userId: user_id,
  tenantId: tenant_id,
  token,
  credential: 'token',
  afterSeq: '',
})
