import { ActionIcon } from '@mantine/core'
import { useState } from 'react'
import type { MyRoom } from '@parley/client'
import { useRooms } from '@parley/react'
import { Glyph } from './Glyph.js'
import { NewRoom } from './NewRoom.js'
import { hashOf } from './place.js'
import { RoomSign } from './RoomSign.js'
import { useSession } from './session-context.js'
import { sinceOf } from './since.js'

/** One's rooms, those first in which something was said last. */
export function RoomList({ open }: { open: string | null }) {
  const list = useRooms()
  const { rooms, unread, hasMore } = list
  const [isMaking, setMaking] = useState(false)
  const shown = rooms.filter(({ type }) => type !== 'livestream')
  return (
    <aside className="demo-rooms" aria-label="Rooms">
      <header>
        <h2>Rooms</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="New room"
          title="New room"
          onClick={() => setMaking(true)}
        >
          <Glyph name="plus" />
        </ActionIcon>
      </header>
      <ul>
        {shown.map((room) => (
          <li key={room.room_id}>
            <RoomLink
              room={room}
              unread={room.room_id === open ? 0 : (unread.get(room.room_id) ?? 0)}
              isOpen={room.room_id === open}
            />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="demo-more" onClick={() => void list.loadMore()}>
          More rooms
        </button>
      )}
      <NewRoom isOpen={isMaking} close={() => setMaking(false)} />
    </aside>
  )
}

interface RoomLinkProps {
  room: MyRoom
  unread: number
  isOpen: boolean
}

function RoomLink({ room, unread, isOpen }: RoomLinkProps) {
  const { user_id } = useSession()
  const { room_id, name, last_message, created_at } = room
  return (
    <a
      href={hashOf('room', room_id)}
      className="demo-link"
      aria-current={isOpen ? 'true' : undefined}
      data-unread={unread > 0 || undefined}
    >
      <RoomSign id={room_id} name={name} />
      <span className="demo-lines">
        <span>
          <b>{name ?? 'Room'}</b>
          <time dateTime={last_message?.created_at ?? created_at}>
            {sinceOf(last_message?.created_at ?? created_at)}
          </time>
        </span>
        <span>
          <span className="demo-last">{excerptOf(last_message, user_id)}</span>
          {unread > 0 && (
            <span className="demo-badge">
              {unread > 99 ? '99+' : unread}
              <span className="parley-hidden"> unread</span>
            </span>
          )}
        </span>
      </span>
    </a>
  )
}

function excerptOf(message: MyRoom['last_message'], me: string): string {
  if (!message) return 'Nothing was said yet'
  if (message.deleted_at) return 'A message was deleted'
  const who = message.sender?.user_id === me ? 'You' : message.sender?.display_name
  return who ? `${who}: ${message.text_message ?? 'A file'}` : (message.text_message ?? '')
}
