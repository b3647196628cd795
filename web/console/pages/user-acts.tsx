/** What is done with a user, beside changing who it is. */
import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { dateTime, nameOf } from '../parts/format.js'
import { Section } from '../parts/page.js'
import { ProblemAlert } from '../parts/problem.js'
import { ShownOnce } from '../parts/secret.js'
import { useApi } from '../session.js'
import type { AccessToken, User } from '../types.js'

export function LockOf({ user, onChange }: { user: User; onChange: (user: User) => void }) {
  const api = useApi()
  const [isAsking, setAsking] = useState(false)
  const isActive = user.status === 'active'
  const set = async (): Promise<void> =>
    onChange(await api.patch(`/user/${user.user_id}`, { status: isActive ? 'not_active' : 'active' }))
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {isActive ? 'Lock' : 'Unlock'}
      </Button>
      {isAsking && (
        <Confirm
          title={isActive ? `Lock ${nameOf(user)}?` : `Unlock ${nameOf(user)}?`}
          does={isActive ? 'Lock' : 'Unlock'}
          isHarmless={!isActive}
          action={set}
          onClose={() => setAsking(false)}
        >
          {isActive
            ? 'All their sockets and tokens end within a second. Their messages stay, and you can unlock them.'
            : 'They can come again, with a new token.'}
        </Confirm>
      )}
    </>
  )
}

export function TokenFor({ user }: { user: User }) {
  const api = useApi()
  const { isBusy, problem, run } = useAction()
  const [minted, setMinted] = useState<AccessToken | null>(null)
  const mint = (): void => run(async () => setMinted(await api.post(`/auth/${user.user_id}`)))
  return (
    <Section title="A token to try">
      <Card maw={640}>
        <Group justify="space-between">
          <Text size="sm" className="grow">
            A JWT by which a page or a program is {nameOf(user)}, until it expires.
          </Text>
          <Button variant="default" loading={isBusy} onClick={mint}>
            Mint a token
          </Button>
        </Group>
        <ProblemAlert problem={problem} />
      </Card>
      {minted && (
        <ShownOnce
          title={`A token of ${nameOf(user)}`}
          label="JWT"
          value={minted.token}
          warning={`Whoever has it is ${nameOf(user)} until ${dateTime(minted.expires_at)}.`}
          onKept={() => setMinted(null)}
        />
      )}
    </Section>
  )
}

export function ExportOf({ user }: { user: User }) {
  const api = useApi()
  const { isBusy, problem, run } = useAction()
  const save = (): void =>
    run(async () => {
      const url = URL.createObjectURL(await api.blob(`/user/${user.user_id}/export`))
      const link = Object.assign(document.createElement('a'), { href: url, download: `${user.user_id}.json` })
      link.click()
      URL.revokeObjectURL(url)
    })
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" className="grow">
          All that is kept about them, as one JSON file.
        </Text>
        <Button variant="default" loading={isBusy} onClick={save}>
          Export
        </Button>
      </Group>
      <ProblemAlert problem={problem} />
    </>
  )
}

export function ErasureOf({ user, onErased }: { user: User; onErased: () => void }) {
  const api = useApi()
  const [isAsking, setAsking] = useState(false)
  return (
    <Stack gap={0}>
      <Group justify="space-between">
        <Text size="sm" className="grow">
          Erase who they were. What they said stays in its place, from “Deleted user”.
        </Text>
        <Button variant="outline" color="red" onClick={() => setAsking(true)}>
          Erase…
        </Button>
      </Group>
      {isAsking && (
        <Confirm
          title={`Erase ${nameOf(user)} for ever?`}
          does="Erase for ever"
          word="erase"
          action={async () => {
            await api.post(`/user/${user.user_id}/erase`)
            onErased()
          }}
          onClose={() => setAsking(false)}
        >
          Their names, address, picture, friendships and memberships go, and cannot be brought back.
        </Confirm>
      )}
    </Stack>
  )
}
