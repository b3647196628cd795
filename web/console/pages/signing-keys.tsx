import { Badge, Button, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLoad } from '../load.js'
import { dateTime } from '../parts/format.js'
import { FormModal } from '../parts/form.js'
import { Section } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { useApi } from '../session.js'
import type { SigningKey } from '../types.js'

const columns: Column<SigningKey>[] = [
  {
    head: 'Key',
    cell: ({ kid }) => (
      <Text span ff="monospace" size="sm">
        {kid}
      </Text>
    ),
  },
  { head: 'Made', wide: true, cell: ({ created_at }) => dateTime(created_at) },
  {
    head: 'Status',
    cell: ({ retires_at }) =>
      retires_at ? (
        <Badge color="gray">accepted until {dateTime(retires_at)}</Badge>
      ) : (
        <Badge color="green">signs now</Badge>
      ),
  },
]

/** What signs the JWTs that the service mints for the tenant's users. */
export function SigningKeys({ path }: { path: string }) {
  const keys = useLoad<SigningKey[]>(path)
  const [isRotating, setRotating] = useState(false)
  return (
    <Section
      title="Signing keys"
      sentence="The newest signs the JWTs that are minted here. Rotate it when it might be known to somebody."
      actions={
        <Button variant="default" onClick={() => setRotating(true)}>
          Rotate
        </Button>
      }
    >
      <Loaded of={keys}>
        {(items) => <DataTable label="Signing keys" columns={columns} items={items} id={({ kid }) => kid} />}
      </Loaded>
      {isRotating && <Rotate path={path} onClose={() => setRotating(false)} onRotated={keys.reload} />}
    </Section>
  )
}

function Rotate({ path, onClose, onRotated }: { path: string; onClose: () => void; onRotated: () => void }) {
  const api = useApi()
  const [overlap, setOverlap] = useState('')
  const rotate = async (): Promise<void> => {
    await api.post(path, overlap === '' ? {} : { overlap_seconds: Number(overlap) })
    onRotated()
    onClose()
  }
  return (
    <FormModal title="Rotate the signing key" does="Rotate" action={rotate} onClose={onClose}>
      {({ problem }) => (
        <TextInput
          data-autofocus
          label="Accept JWTs of the old one for so many seconds"
          description="Left empty, for as long as a JWT lives. 0 logs everybody out at once"
          type="number"
          min={0}
          value={overlap}
          error={problem?.of('overlap_seconds')}
          onChange={(event) => setOverlap(event.currentTarget.value)}
        />
      )}
    </FormModal>
  )
}
