import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import type { Api } from '../api.js'
import { Problem } from '../api.js'
import { useAction } from '../load.js'
import { useApi } from '../session.js'
import type { Page, User } from '../types.js'
import { nameOf } from './format.js'
import { ProblemAlert } from './problem.js'

interface UserPickProps {
  label: string
  description?: string
  picked: User | null
  onPick: (user: User | null) => void
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** By whatever one knows of somebody. Throws `Problem`. */
async function findUser(api: Api, word: string): Promise<User> {
  if (uuid.test(word)) return api.get(`/user/${word}`)
  for (const by of ['external_id', 'username']) {
    const { items } = await api.get<Page<User>>('/user', { [by]: word, limit: 1 })
    if (items[0]) return items[0]
  }
  throw new Problem('Nobody has this as external id, username or user id.', 'user_not_found', 404)
}

/** A user, found by an id of theirs: names are many people's. */
export function UserPick({ label, description, picked, onPick }: UserPickProps) {
  const api = useApi()
  const [word, setWord] = useState('')
  const { isBusy, problem, run } = useAction()
  const find = (): void => {
    if (word.trim()) run(async () => onPick(await findUser(api, word.trim())))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    find()
  }
  if (picked) {
    return (
      <Group justify="space-between">
        <Text size="sm">
          {label}: <b>{nameOf(picked)}</b>
        </Text>
        <Button variant="default" size="compact-sm" onClick={() => onPick(null)}>
          Somebody else
        </Button>
      </Group>
    )
  }
  return (
    <Stack gap="xs">
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          className="grow"
          label={label}
          description={description ?? 'By the external id, the username, or the user id'}
          spellCheck={false}
          value={word}
          onKeyDown={onKeyDown}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Button variant="default" loading={isBusy} onClick={find}>
          Find
        </Button>
      </Group>
      <ProblemAlert problem={problem} />
    </Stack>
  )
}
