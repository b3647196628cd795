import { useEffect, useState } from 'react'
import type { User } from '@parley/client'
import { useParley, useRoom } from '@parley/react'
import { Chat } from '../chat/index.js'
import { useSession } from './session-context.js'
import { Stage } from './Stage.js'
import { StreamTools } from './StreamTools.js'

/** A livestream: what one would see, and the crowd that talks about it. */
export function StreamView({ roomId }: { roomId: string }) {
  const { room, viewers, status } = useRoom(roomId)
  const host = useHost(room?.created_by ?? null)
  const isOver = status === 'gone' || room?.archived === true
  return (
    <main className="demo-stream">
      <section className="demo-show" aria-label="The stream">
        <Stage state={isOver ? 'ended' : room ? 'live' : 'opening'} viewers={viewers} />
        <div className="demo-about">
          <div className="demo-title">
            <h1>{status === 'gone' ? 'No such stream' : titleOf(room?.name ?? '…')}</h1>
            <p>{host && `by ${host}`}</p>
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

/** Whose stream it is. */
function useHost(userId: string | null): string | null {
  const { rest } = useParley()
  const me = useSession().user_id
  const [user, setUser] = useState<User | null>(null)
  useEffect(() => {
    if (userId === null) return
    rest.get<User>(`/user/${userId}`).then(setUser, () => setUser(null))
  }, [rest, userId])
  if (userId === me) return 'you'
  return user?.user_id === userId ? user.display_name : null
}

/** A stream is named by its id, which may be one of a program. */
const titleOf = (name: string): string =>
  /^[a-z0-9-]+$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ') : name
