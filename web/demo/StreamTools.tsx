import { Button, Switch } from '@mantine/core'
import { useState } from 'react'
import type { MyRoom, ParleyClient } from '@parley/client'
import { useParley } from '@parley/react'
import { wordsOf } from '../words-of.js'
import { InviteButton } from './InviteButton.js'
import { go } from './place.js'
import { useSession } from './session-context.js'

/** Slow mode of the demo, in seconds. */
const slowS = 10

/** What a viewer, and what a streamer may do. */
export function StreamTools({ roomId, room }: { roomId: string; room: MyRoom | null }) {
  const { rest } = useParley()
  const { display_name, user_id } = useSession()
  const [error, setError] = useState<string | null>(null)
  const tried = (what: Promise<unknown>): void =>
    void what.then(
      () => setError(null),
      (error: unknown) => setError(wordsOf(error)),
    )
  const start = async (): Promise<void> => {
    const name = `${display_name}’s stream`
    // Another one of this name may stream already.
    const { room_id } = await open(rest, name).catch(() => open(rest, `${name} (${user_id.slice(-4)})`))
    go('stream', room_id)
  }
  const isMine = room?.created_by === user_id
  return (
    <div className="demo-tools">
      {error && <p role="alert">{error}</p>}
      {isMine && !room.archived && (
        <Switch
          label={`Slow mode, ${slowS} s`}
          checked={room.slow_mode_s > 0}
          onChange={({ currentTarget }) =>
            tried(rest.patch(`/room/${roomId}`, { slow_mode_s: currentTarget.checked ? slowS : 0 }))
          }
        />
      )}
      <InviteButton view="stream" id={roomId} />
      {isMine && !room.archived ? (
        <Button
          color="red"
          onClick={() => tried(rest.post(`/api/chat/thread/${encodeURIComponent(room.name ?? '')}/close`))}
        >
          End the stream
        </Button>
      ) : (
        <Button onClick={() => tried(start())}>{isMine ? 'Go live again' : 'Start your own'}</Button>
      )}
    </div>
  )
}

const open = (rest: ParleyClient['rest'], stream_id: string): Promise<{ room_id: string }> =>
  rest.post('/api/chat/thread', { stream_id })
