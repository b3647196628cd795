import { CloseButton } from '@mantine/core'
import type { Member } from '@parley/client'
import { useConnection, usePresence, useRoom } from '@parley/react'
import { Avatar, nameOf } from '../chat/index.js'
import { useSession } from './session-context.js'
import { sinceOf } from './since.js'

/** Of more nobody asks whether they are there. */
const mostShown = 100

/** Who is in the room, and who of them is there. */
export function Members({ roomId, close }: { roomId: string; close: () => void }) {
  const { members } = useRoom(roomId)
  const all = [...members.values()].sort((one, other) => nameOf(one).localeCompare(nameOf(other)))
  return (
    <aside className="demo-members" aria-label="Members">
      <header>
        <h2>Members</h2>
        <CloseButton aria-label="Close" onClick={close} />
      </header>
      <ul>
        {all.slice(0, mostShown).map((member) => (
          <MemberLine key={member.user_id} member={member} />
        ))}
      </ul>
      {all.length > mostShown && <p>{all.length - mostShown} more</p>}
    </aside>
  )
}

function MemberLine({ member }: { member: Member }) {
  const { user_id: me } = useSession()
  const known = usePresence(member.user_id)
  // Who is offline hears of nobody.
  const status = useConnection().status === 'online' ? known : null
  const { user_id, img_url, display_name, room_role } = member
  return (
    <li>
      <Avatar id={user_id} name={display_name} src={img_url} online={status?.is_online ?? false} />
      <span className="demo-lines">
        <b>
          {nameOf(member)}
          {user_id === me && <i> (you)</i>}
        </b>
        <span>{[status && wordOf(status), room_role !== 'member' && room_role].filter(Boolean).join(' · ')}</span>
      </span>
    </li>
  )
}

const wordOf = ({ is_online, last_seen }: { is_online: boolean; last_seen: string | null }): string => {
  if (is_online) return 'Online'
  if (!last_seen) return 'Not seen yet'
  const since = sinceOf(last_seen)
  return `Seen ${since === 'now' ? 'just now' : since}`
}
