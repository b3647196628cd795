import { Button, Card, Group, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { visible } from '../../visible.js'
import { Confirm } from '../parts/confirm.js'
import { Done } from '../parts/done.js'
import { Form } from '../parts/form.js'
import { Section } from '../parts/page.js'
import { go } from '../route.js'
import { useApi } from '../session.js'
import type { MyRoom } from '../types.js'

interface Props {
  room: MyRoom
  onChange: () => Promise<void>
}

export const RoomSettings = (props: Props) => (
  <Stack gap="xl">
    <Settings {...props} />
    {props.room.can.includes('room.delete') && <Deletion room={props.room} />}
  </Stack>
)

const draftOf = ({ name, access, slow_mode_s, archived }: MyRoom) => ({
  name: name ?? '',
  access: access as string,
  slow_mode_s: String(slow_mode_s),
  archived,
})

type Draft = ReturnType<typeof draftOf>

/** What a room of this kind has: a private one is always by invitation, and a livestream ends by its thread. */
const fieldsOf = ({ type }: MyRoom, { name, access, slow_mode_s, archived }: Draft): object => ({
  name: name.trim() || null,
  ...(type === 'group' && { access }),
  ...(type !== 'private' && { slow_mode_s: Number(slow_mode_s) }),
  ...(type !== 'livestream' && { archived }),
})

function Settings({ room, onChange }: Props) {
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(room))
  const [saved, setSaved] = useState(false)
  const set = (change: Partial<Draft>): void => {
    setSaved(false)
    setDraft({ ...draft, ...change })
  }
  const save = async (): Promise<void> => {
    setDraft(draftOf(await api.patch<MyRoom>(`/room/${room.room_id}`, fieldsOf(room, draft))))
    await onChange()
    setSaved(true)
  }
  return (
    <Section title="Settings" sentence="The room is told of them at once.">
      <Card maw={640}>
        <Form does="Save" action={save} done={<Done is={saved}>Saved</Done>}>
          {({ problem }) => (
            <>
              <TextInput
                label="Name"
                maxLength={200}
                value={draft.name}
                error={problem?.of('name')}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
              <Kind room={room} draft={draft} set={set} wrong={problem?.of('slow_mode_s')} />
            </>
          )}
        </Form>
      </Card>
    </Section>
  )
}

interface KindProps {
  room: MyRoom
  draft: Draft
  set: (change: Partial<Draft>) => void
  wrong: string | undefined
}

const Kind = ({ room: { type }, draft, set, wrong }: KindProps) => (
  <>
    {type === 'group' && (
      <NativeSelect
        label="Who comes in"
        data={[
          { value: 'open', label: 'Open: whoever has its id may join' },
          { value: 'invite', label: 'By invitation only' },
        ]}
        value={draft.access}
        onChange={(event) => set({ access: event.currentTarget.value })}
      />
    )}
    {type !== 'private' && (
      <TextInput
        label="Slow mode, in seconds"
        description="How long a member waits between two messages. 0: as they like. Who keeps order is not held up"
        type="number"
        min={0}
        max={3600}
        maw={320}
        value={draft.slow_mode_s}
        error={wrong}
        onChange={(event) => set({ slow_mode_s: event.currentTarget.value })}
      />
    )}
    {type !== 'livestream' && (
      <Switch
        label="Archived"
        description="It can be read, and nobody sends to it"
        checked={draft.archived}
        onChange={(event) => set({ archived: event.currentTarget.checked })}
      />
    )}
  </>
)

function Deletion({ room }: { room: MyRoom }) {
  const api = useApi()
  const [isAsking, setAsking] = useState(false)
  const word = visible(room.name) ?? 'delete'
  return (
    <Section title="Deletion">
      <Card maw={640} className="danger">
        <Group justify="space-between">
          <Text size="sm" className="grow">
            Deletes the room with all its messages, for everybody and for ever.
          </Text>
          <Button color="red" variant="outline" onClick={() => setAsking(true)}>
            Delete this room…
          </Button>
        </Group>
      </Card>
      {isAsking && (
        <Confirm
          title="Delete this room for ever?"
          does="Delete for ever"
          word={word}
          action={async () => {
            await api.delete(`/room/${room.room_id}`)
            go('rooms')
          }}
          onClose={() => setAsking(false)}
        >
          Nothing of it can be brought back. To keep it and let nobody write, archive it instead.
        </Confirm>
      )}
    </Section>
  )
}
