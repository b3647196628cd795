import { Anchor, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { usePages } from '../load.js'
import { dateTime, senderOf } from '../parts/format.js'
import { Page } from '../parts/page.js'
import { Empty, Paged } from '../parts/states.js'
import { href } from '../route.js'
import type { Message } from '../types.js'

/** Messages of all rooms, by their words. */
export default function Search() {
  const [word, setWord] = useState('')
  const [asked, setAsked] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(word.trim())
  }
  return (
    <Page title="Search" sentence="Messages of all rooms that have all of these words, the newest first.">
      <search>
        <form onSubmit={submit}>
          <Group align="end" gap="sm">
            <TextInput
              label="Words"
              type="search"
              className="grow"
              maw={480}
              value={word}
              onChange={(event) => setWord(event.currentTarget.value)}
            />
            <Button type="submit" disabled={word.trim() === ''}>
              Search
            </Button>
          </Group>
        </form>
      </search>
      {asked && <Found asked={asked} />}
    </Page>
  )
}

function Found({ asked }: { asked: string }) {
  const found = usePages<Message>('/search', { q: asked })
  return (
    <Paged of={found} empty={<Empty title={`Nothing was said with “${asked}”`} />}>
      {(items) => (
        <Stack gap="xs">
          {items.map((message) => (
            <Card key={message.message_id} padding="sm">
              <Group justify="space-between" gap="xs">
                <Text size="sm" fw={600} className="breakable">
                  {message.sender ? senderOf(message) : 'System'}
                </Text>
                <Anchor href={href('rooms', message.room_id, 'messages', String(message.seq))} size="xs">
                  {dateTime(message.created_at)} · in its room
                </Anchor>
              </Group>
              <Text size="sm" className="text">
                {message.text_message}
              </Text>
            </Card>
          ))}
        </Stack>
      )}
    </Paged>
  )
}
