import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { Text } from '@mantine/core'
import { count } from '../parts/format.js'
import { Page } from '../parts/page.js'
import { ProblemAlert } from '../parts/problem.js'
import { CopyId } from '../parts/secret.js'
import { Loading } from '../parts/states.js'
import { LinkTabs } from '../parts/tabs.js'
import { useApi } from '../session.js'
import { RoomWatch } from '../watch.js'
import { Members } from './members.js'
import { Messages } from './messages.js'
import { RoomSettings } from './room-settings.js'
import { RoomBadges, roomName } from '../parts/room-signs.js'

const tabs = [
  { id: 'messages', name: 'Messages' },
  { id: 'members', name: 'Members' },
  { id: 'settings', name: 'Settings' },
]

interface Props {
  roomId: string
  tab: string
  /** A message that somebody was sent to. */
  seq: string | undefined
}

export default function RoomPage({ roomId, tab, seq }: Props) {
  const api = useApi()
  const around = Number(seq) || null
  const watch = useMemo(() => new RoomWatch(api, roomId, around), [api, roomId, around])
  const { room, problem } = useSyncExternalStore(watch.subscribe, watch.getSnapshot)
  useEffect(() => watch.start(), [watch])
  if (!room) return problem ? <ProblemAlert problem={problem} onRetry={() => void watch.look()} /> : <Loading />
  return (
    <Page
      title={roomName(room)}
      badges={<RoomBadges room={room} />}
      sentence={
        <>
          <CopyId value={room.room_id} />
          <Text size="sm">
            {count(room.member_count)} {room.member_count === 1 ? 'member' : 'members'} · {count(room.last_seq)}{' '}
            {room.last_seq === 1 ? 'message' : 'messages'}
          </Text>
        </>
      }
      up={{ name: 'Rooms', to: ['rooms'] }}
    >
      <LinkTabs label={roomName(room)} base={['rooms', room.room_id]} tabs={tabs} current={tab} />
      {tab === 'members' && <Members room={room} onChange={() => void watch.look()} />}
      {tab === 'settings' && <RoomSettings room={room} onChange={() => watch.look()} />}
      {tab === 'messages' && <Messages watch={watch} around={around} />}
    </Page>
  )
}
