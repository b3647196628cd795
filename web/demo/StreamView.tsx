import { useEffect } from 'react'
import { useParley, useRoom } from '@parley/react'
import { Chat } from '../chat/index.js'
import { Stage } from './Stage.js'
import { StreamTools } from './StreamTools.js'

/** A livestream: what one would see, and the crowd that talks about it. */
export function StreamView({ roomId }: { roomId: string }) {
  const { room, viewers, members, status } = useRoom(roomId)
  const client = useParley()
  const host = members.get(room?.created_by ?? '')
  useEffect(() => {
    document.title = room?.name ? `${room.name} – Parley` : 'Parley – chat'
  }, [room?.name])
  return (
    <main className="demo-stream">
      <section className="demo-show" aria-label="The stream">
        <Stage state={room?.archived || status === 'gone' ? 'ended' : room ? 'live' : 'opening'} viewers={viewers} />
        <div className="demo-about">
          <div className="demo-title">
            <h1>{room?.name ?? (status === 'gone' ? 'No such stream' : '…')}</h1>
            <p>
              {host
                ? `by ${host.user_id === client.userId ? 'you' : (host.display_name ?? 'somebody')}`
                : 'A demo: there is no video, the chat is real.'}
            </p>
          </div>
          <StreamTools roomId={roomId} room={room} />
        </div>
      </section>
      <section className="demo-crowd" aria-label="What the crowd says">
        <Chat roomId={roomId} compact />
      </section>
    </main>
  )
}
