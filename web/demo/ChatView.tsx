import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useRooms } from '@parley/react'
import { Chat } from '../chat/index.js'
import { Members } from './Members.js'
import { RoomHeader } from './RoomHeader.js'
import { RoomList } from './RoomList.js'
import { useSession } from './session-context.js'
import { useTitle } from './use-title.js'

/** The rooms, and the one that is open. A phone shows one of both. */
export function ChatView({ roomId }: { roomId: string | null }) {
  const { room_id: welcome } = useSession()
  const isPhone = useMediaQuery('(max-width: 719px)', undefined, { getInitialValueInEffect: false })
  const isWide = useMediaQuery('(min-width: 1180px)', undefined, { getInitialValueInEffect: false })
  const [chosen, setShown] = useState<boolean | null>(null)
  const isShown = chosen ?? isWide
  const open = roomId ?? (isPhone ? null : welcome)
  const { totalUnread, rooms } = useRooms()
  useTitle(totalUnread, rooms.find(({ room_id }) => room_id === open)?.name ?? null)
  return (
    <div className="demo-chat">
      <RoomList open={open} />
      {open && (
        <main className="demo-room">
          <RoomHeader roomId={open} isShown={isShown} toggle={() => setShown(!isShown)} />
          <Chat roomId={open} />
        </main>
      )}
      {open && isShown && <Members roomId={open} close={() => setShown(false)} />}
    </div>
  )
}
