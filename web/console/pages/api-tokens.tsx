import { Badge, Button, Checkbox, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { usePages } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { dateTime, day } from '../parts/format.js'
import { FormModal } from '../parts/form.js'
import { Section } from '../parts/page.js'
import { ShownOnce } from '../parts/secret.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { useApi } from '../session.js'
import type { ApiToken } from '../types.js'

const labelOf = ({ name, last_four }: ApiToken): string => (name ? `${name} (…${last_four})` : `…${last_four}`)

const columnsFor = (revoke: (token: ApiToken) => void): Column<ApiToken>[] => [
  { head: 'Name', cell: ({ name }) => name ?? <Unnamed /> },
  {
    head: 'Ends with',
    cell: ({ last_four }) => (
      <Text span ff="monospace" size="sm">
        …{last_four}
      </Text>
    ),
  },
  { head: 'Made', wide: true, cell: ({ created_at }) => day(created_at) },
  {
    head: 'Used last',
    wide: true,
    cell: ({ last_used_at }) => (last_used_at ? dateTime(last_used_at) : 'never'),
  },
  {
    head: 'Status',
    cell: ({ revoked_at }) => (revoked_at ? <Badge color="gray">revoked</Badge> : <Badge color="green">live</Badge>),
  },
  {
    head: 'Actions',
    right: true,
    cell: (token) =>
      !token.revoked_at && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Revoke ${labelOf(token)}`}
          onClick={() => revoke(token)}
        >
          Revoke
        </Button>
      ),
  },
]

const Unnamed = () => (
  <Text span size="sm" c="dimmed">
    without a name
  </Text>
)

/** Tokens by which the tenant's backend speaks. Of each only its last four characters are known. */
export function ApiTokens({ path }: { path: string }) {
  const tokens = usePages<ApiToken>(path)
  const [isMaking, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  return (
    <Section
      title="API tokens"
      sentence="By them the tenant’s backend speaks. Make a new one before you revoke the old one."
      actions={<Button onClick={() => setMaking(true)}>New API token</Button>}
    >
      <Paged of={tokens} empty={<Empty title="No API token">Without one the tenant’s backend can do nothing.</Empty>}>
        {(items) => (
          <DataTable
            label="API tokens"
            columns={columnsFor(setRevoking)}
            items={items}
            id={({ api_token_id }) => api_token_id}
          />
        )}
      </Paged>
      {isMaking && <NewToken path={path} onClose={() => setMaking(false)} onMade={tokens.reload} />}
      {revoking && <Revoke path={path} token={revoking} onClose={() => setRevoking(null)} onRevoked={tokens.reload} />}
    </Section>
  )
}

function NewToken({ path, onClose, onMade }: { path: string; onClose: () => void; onMade: () => void }) {
  const api = useApi()
  const [name, setName] = useState('')
  const [made, setMade] = useState<string | null>(null)
  const make = async (): Promise<void> => {
    const { api_token } = await api.post<{ api_token: string }>(path, { name: name.trim() || null })
    setMade(api_token)
    onMade()
  }
  if (made !== null) {
    return (
      <ShownOnce
        title="A new API token"
        label="API token"
        value={made}
        warning="This is shown now and never again. It belongs in the tenant’s backend, never in a page or an app."
        onKept={onClose}
      />
    )
  }
  return (
    <FormModal title="New API token" does="Make it" action={make} onClose={onClose}>
      {({ problem }) => (
        <TextInput
          data-autofocus
          label="Name"
          description="For yourself, as production. It may be left out"
          maxLength={200}
          value={name}
          error={problem?.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </FormModal>
  )
}

interface RevokeProps {
  path: string
  token: ApiToken
  onClose: () => void
  onRevoked: () => void
}

function Revoke({ path, token, onClose, onRevoked }: RevokeProps) {
  const api = useApi()
  const [withTokens, setWithTokens] = useState(false)
  const revoke = async (): Promise<void> => {
    await api.delete(`${path}/${token.api_token_id}`, withTokens ? { tokens: true } : {})
    onRevoked()
  }
  return (
    <Confirm title={`Revoke ${labelOf(token)}?`} does="Revoke" action={revoke} onClose={onClose}>
      <p className="first">It is refused from now on, and cannot be brought back.</p>
      <Checkbox
        label="Also the JWTs that it minted"
        description="Whoever came by one is logged out at once"
        checked={withTokens}
        onChange={(event) => setWithTokens(event.currentTarget.checked)}
      />
    </Confirm>
  )
}
