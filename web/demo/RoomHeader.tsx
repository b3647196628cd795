import { ActionIcon } from '@mantine/core'
import { useRoom } from '@parley/react'
import { Glyph } from './Glyph.js'
import { InviteButton } from './InviteButton.js'
import { RoomSign } from './RoomSign.js'

/** Of a larger room not all members are here: it says itself how many it had. */
const mostKnown = 500

interface RoomHeaderProps {
  roomId: string
  /** Are its members? */
  isShown: boolean
  toggle: () => void
}

export function RoomHeader({ roomId, isShown, toggle }: RoomHeaderProps) {
  const { room, members } = useRoom(roomId)
  const isKnown = members.size > 0 && members.size < mostKnown
  const count = isKnown ? members.size : (room?.member_count ?? 0)
  return (
    <header className="demo-head">
      <a href="#/" className="demo-back" aria-label="All rooms">
        <Glyph name="back" />
      </a>
      <RoomSign id={roomId} name={room?.name ?? null} />
      <div className="demo-title">
        <h1>{room?.name ?? (room ? 'Room' : '…')}</h1>
        <p>{room && `${count} ${count === 1 ? 'member' : 'members'}`}</p>
      </div>
      <InviteButton view="room" id={roomId} />
      <ActionIcon
        variant={isShown ? 'light' : 'subtle'}
        color={isShown ? undefined : 'gray'}
        size="lg"
        aria-label="Members"
        title="Members"
        aria-pressed={isShown}
        onClick={toggle}
      >
        <Glyph name="people" />
      </ActionIcon>
    </header>
  )
}
