import { Badge, Card, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLoad } from '../load.js'
import { Done } from '../parts/done.js'
import { Form } from '../parts/form.js'
import { dateTime, nameOf } from '../parts/format.js'
import { Page, Section } from '../parts/page.js'
import { CopyId } from '../parts/secret.js'
import { Loaded } from '../parts/states.js'
import { useApi } from '../session.js'
import type { Status, User } from '../types.js'
import { ErasureOf, ExportOf, LockOf, TokenFor } from './user-acts.js'
import { UserStatus } from '../parts/status.js'

export default function UserPage({ userId }: { userId: string }) {
  const path = `/user/${encodeURIComponent(userId)}`
  const load = useLoad<User>(path)
  const status = useLoad<Status>(`${path}/status`)
  return (
    <Loaded of={load}>
      {(user) => (
        <Page
          title={nameOf(user)}
          badges={
            <>
              <UserStatus status={user.status} />
              {user.role !== 'user' && <Badge color="indigo">{user.role}</Badge>}
            </>
          }
          sentence={
            <Stack gap={2}>
              <CopyId value={user.user_id} />
              {status.data && <Seen status={status.data} />}
            </Stack>
          }
          up={{ name: 'Users', to: ['users'] }}
          actions={<LockOf user={user} onChange={load.set} />}
        >
          <Section title="Who it is">
            <Card maw={640}>
              {/* Who was erased is in no field any more, whatever stood there before. */}
              <Fields key={String(user.status === 'delete')} user={user} onChange={load.set} />
            </Card>
          </Section>
          <TokenFor user={user} />
          <Section title="What is kept about them">
            <Card maw={640}>
              <Stack gap="sm">
                <ExportOf user={user} />
                <ErasureOf user={user} onErased={load.reload} />
              </Stack>
            </Card>
          </Section>
        </Page>
      )}
    </Loaded>
  )
}

const Seen = ({ status: { is_online, last_seen } }: { status: Status }) => (
  <Text size="sm">{is_online ? 'Online now' : last_seen ? `Seen last ${dateTime(last_seen)}` : 'Never seen yet'}</Text>
)

const draftOf = (user: User) => ({
  display_name: user.display_name ?? '',
  username: user.username ?? '',
  external_id: user.external_id ?? '',
  email: user.email ?? '',
  phone: user.phone ?? '',
  role: user.role as string,
})

type Draft = ReturnType<typeof draftOf>

const labels: [keyof Draft, string][] = [
  ['display_name', 'Name'],
  ['external_id', 'External id'],
  ['username', 'Username'],
  ['email', 'E-mail'],
  ['phone', 'Phone'],
]

/** Only what is otherwise than before: what others changed meanwhile stays. */
function changesOf(draft: Draft, user: User): object {
  const before = draftOf(user)
  const changed = Object.entries(draft).filter(([name, value]) => value !== before[name as keyof Draft])
  return Object.fromEntries(changed.map(([name, value]) => [name, value || null]))
}

function Fields({ user, onChange }: { user: User; onChange: (user: User) => void }) {
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(user))
  const [saved, setSaved] = useState(false)
  const set = (change: Partial<Draft>): void => {
    setSaved(false)
    setDraft({ ...draft, ...change })
  }
  const save = async (): Promise<void> => {
    const answer = await api.patch<User>(`/user/${user.user_id}`, changesOf(draft, user))
    onChange(answer)
    setDraft(draftOf(answer))
    setSaved(true)
  }
  return (
    <Form does="Save" action={save} done={<Done is={saved}>Saved</Done>}>
      {({ problem }) => (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {labels.map(([name, label]) => (
              <TextInput
                key={name}
                label={label}
                value={draft[name]}
                error={problem?.of(name)}
                onChange={(event) => set({ [name]: event.currentTarget.value })}
              />
            ))}
          </SimpleGrid>
          <NativeSelect
            label="Role in the tenant"
            description="Admins and moderators keep order in all rooms"
            data={['user', 'moderator', 'admin']}
            value={draft.role}
            error={problem?.of('role')}
            onChange={(event) => set({ role: event.currentTarget.value })}
          />
        </>
      )}
    </Form>
  )
}
