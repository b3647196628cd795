import { Anchor, Badge, Button, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core'
import { lazy, useState } from 'react'
import { usePages, useSettled } from '../load.js'
import { UserStatus } from '../parts/status.js'
import { day, nameOf } from '../parts/format.js'
import { FormModal } from '../parts/form.js'
import { Icon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { go, href } from '../route.js'
import { useApi } from '../session.js'
import type { User } from '../types.js'

const UserPage = lazy(() => import('./user.js'))

export default function Users({ parts: [userId] }: { parts: string[] }) {
  return userId ? <UserPage key={userId} userId={userId} /> : <UserList />
}

const columns: Column<User>[] = [
  {
    head: 'Name',
    cell: (user) => (
      <Anchor href={href('users', user.user_id)} fw={600} size="sm" className="breakable">
        {nameOf(user)}
      </Anchor>
    ),
  },
  { head: 'External id', wide: true, cell: ({ external_id }) => external_id ?? <Nothing /> },
  { head: 'Username', wide: true, cell: ({ username }) => username ?? <Nothing /> },
  { head: 'Role', cell: ({ role }) => (role === 'user' ? 'user' : <Badge color="indigo">{role}</Badge>) },
  { head: 'Status', cell: (user) => <UserStatus status={user.status} /> },
  { head: 'Since', wide: true, cell: ({ created_at }) => day(created_at) },
]

const Nothing = () => (
  <Text span c="dimmed" aria-label="none">
    –
  </Text>
)

const statuses = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'not_active', label: 'Locked for a time' },
  { value: 'delete', label: 'Locked for good, or erased' },
]

function UserList() {
  const [word, setWord] = useState('')
  const [status, setStatus] = useState('')
  const [isMaking, setMaking] = useState(false)
  const users = usePages<User>('/user', { status, q: useSettled(word.trim()) })
  return (
    <Page
      title="Users"
      actions={
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
          New user
        </Button>
      }
    >
      <SimpleGrid cols={2} spacing="sm" maw={720}>
        <TextInput
          label="Find"
          type="search"
          placeholder="Name or id"
          value={word}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <NativeSelect
          label="Status"
          data={statuses}
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
        />
      </SimpleGrid>
      <Paged of={users} empty={<NoUsers isFiltered={word !== '' || status !== ''} />}>
        {(items) => <DataTable label="Users" columns={columns} items={items} id={({ user_id }) => user_id} />}
      </Paged>
      {isMaking && <NewUser onClose={() => setMaking(false)} />}
    </Page>
  )
}

const NoUsers = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="Nobody is like that" />
  ) : (
    <Empty title="No users yet">Your backend makes them as they come, or you make one here to try it.</Empty>
  )

function NewUser({ onClose }: { onClose: () => void }) {
  const api = useApi()
  const [draft, setDraft] = useState({ display_name: '', external_id: '' })
  const make = async (): Promise<void> => {
    const said = Object.entries(draft).filter(([, text]) => text.trim() !== '')
    const { user_id } = await api.post<User>('/user', Object.fromEntries(said))
    go('users', user_id)
  }
  return (
    <FormModal title="New user" does="Make it" action={make} onClose={onClose}>
      {({ problem }) => (
        <>
          <TextInput
            data-autofocus
            label="Name"
            description="As the others see it"
            maxLength={200}
            value={draft.display_name}
            error={problem?.of('display_name')}
            onChange={(event) => setDraft({ ...draft, display_name: event.currentTarget.value })}
          />
          <TextInput
            label="External id"
            description="Your own id of the user. If there is one with it, that user is changed and shown"
            maxLength={200}
            spellCheck={false}
            value={draft.external_id}
            error={problem?.of('external_id')}
            onChange={(event) => setDraft({ ...draft, external_id: event.currentTarget.value })}
          />
        </>
      )}
    </FormModal>
  )
}
