import { Anchor, Button, NativeSelect, Text, TextInput } from '@mantine/core'
import { lazy, useState } from 'react'
import { usePages, useSettled } from '../load.js'
import { RoomBadges, roomName } from '../parts/room-signs.js'
import { count, moment } from '../parts/format.js'
import { FormModal } from '../parts/form.js'
import { Icon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { UserPick } from '../parts/user-pick.js'
import { go, href } from '../route.js'
import { useApi } from '../session.js'
import type { MyRoom, User } from '../types.js'

const RoomPage = lazy(() => import('./room.js'))

export default function Rooms({ parts: [roomId, tab, seq] }: { parts: string[] }) {
  return roomId ? <RoomPage key={roomId} roomId={roomId} tab={tab ?? 'messages'} seq={seq} /> : <RoomList />
}

const columns: Column<MyRoom>[] = [
  {
    head: 'Name',
    cell: (room) => (
      <Anchor href={href('rooms', room.room_id)} fw={600} size="sm" className="breakable">
        {roomName(room)}
      </Anchor>
    ),
  },
  { head: 'Kind', cell: (room) => <RoomBadges room={room} /> },
  { head: 'Members', right: true, cell: ({ member_count }) => count(member_count) },
  { head: 'Messages', right: true, wide: true, cell: ({ last_seq }) => count(last_seq) },
  { head: 'Said last', wide: true, cell: ({ last_message }) => <Last message={last_message} /> },
]

const Last = ({ message }: { message: MyRoom['last_message'] }) =>
  message ? (
    <Text size="xs" lineClamp={1} maw={320}>
      {message.deleted_at ? 'deleted' : message.text_message}{' '}
      <Text span c="dimmed" size="xs">
        · {moment(message.created_at)}
      </Text>
    </Text>
  ) : (
    <Text size="xs" c="dimmed">
      nothing yet
    </Text>
  )

function RoomList() {
  const [word, setWord] = useState('')
  const rooms = usePages<MyRoom>('/room', { q: useSettled(word.trim()) })
  const [isMaking, setMaking] = useState(false)
  return (
    <Page
      title="Rooms"
      sentence="Those first in which something was said last."
      actions={
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
          New room
        </Button>
      }
    >
      <TextInput
        label="Find"
        type="search"
        placeholder="Name or id"
        maw={360}
        maxLength={200}
        value={word}
        onChange={(event) => setWord(event.currentTarget.value)}
      />
      <Paged of={rooms} empty={<NoRooms word={word.trim()} />}>
        {(items) => <DataTable label="Rooms" columns={columns} items={items} id={({ room_id }) => room_id} />}
      </Paged>
      {isMaking && <NewRoom onClose={() => setMaking(false)} />}
    </Page>
  )
}

const NoRooms = ({ word }: { word: string }) =>
  word ? (
    <Empty title={`No room has “${word}” in its name`} />
  ) : (
    <Empty title="No rooms yet">Your backend makes them, or you make one here.</Empty>
  )

const accesses = [
  { value: 'open', label: 'Open: whoever has its id may join' },
  { value: 'invite', label: 'By invitation only' },
]

function NewRoom({ onClose }: { onClose: () => void }) {
  const api = useApi()
  const [name, setName] = useState('')
  const [access, setAccess] = useState('open')
  const [owner, setOwner] = useState<User | null>(null)
  const make = async (): Promise<void> => {
    const fields = { name: name.trim() || null, access, ...(owner && { created_by: owner.user_id }) }
    const { room_id } = await api.post<MyRoom>('/room', fields)
    go('rooms', room_id)
  }
  return (
    <FormModal title="New room" does="Make it" action={make} onClose={onClose}>
      {({ problem }) => (
        <>
          <TextInput
            data-autofocus
            label="Name"
            maxLength={200}
            value={name}
            error={problem?.of('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="Who comes in"
            data={accesses}
            value={access}
            onChange={(event) => setAccess(event.currentTarget.value)}
          />
          <UserPick label="Owner" description="May be left out" picked={owner} onPick={setOwner} />
        </>
      )}
    </FormModal>
  )
}
