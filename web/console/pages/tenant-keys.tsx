import { Badge, Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { usePages } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { day } from '../parts/format.js'
import { Section } from '../parts/page.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { useApi } from '../session.js'
import type { TokenKey } from '../types.js'
import { NewTokenKey } from './new-token-key.js'
import { SigningKeys } from './signing-keys.js'

/** By which keys the tenant's people prove who they are. */
export const TenantKeys = ({ path }: { path: string }) => (
  <Stack gap="xl">
    <TokenKeys path={`${path}/token-key`} />
    <SigningKeys path={`${path}/signing-key`} />
  </Stack>
)

function kindOf({ jwks_url, public_key, algorithm }: TokenKey): string {
  if (jwks_url) return 'JWKS'
  return public_key ? `Public key, ${algorithm}` : `Secret, ${algorithm}`
}

const columnsFor = (remove: (key: TokenKey) => void): Column<TokenKey>[] => [
  {
    head: 'Key',
    cell: (key) => (
      <>
        <Text size="sm" fw={600}>
          {key.name ?? 'Without a name'}
        </Text>
        <Text size="xs" c="dimmed" className="breakable">
          {kindOf(key)}
          {key.jwks_url && ` at ${key.jwks_url}`}
        </Text>
      </>
    ),
  },
  { head: 'Issuer', wide: true, cell: ({ issuer }) => issuer ?? 'any' },
  { head: 'Audience', wide: true, cell: ({ audience }) => audience ?? 'any' },
  { head: 'Roles', cell: ({ trusts_roles }) => trusts_roles && <Badge color="orange">trusted</Badge> },
  { head: 'Since', wide: true, cell: ({ created_at }) => day(created_at) },
  {
    head: 'Actions',
    right: true,
    cell: (key) => (
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Remove the key ${key.name ?? key.token_key_id}`}
        onClick={() => remove(key)}
      >
        Remove
      </Button>
    ),
  },
]

function TokenKeys({ path }: { path: string }) {
  const api = useApi()
  const keys = usePages<TokenKey>(path)
  const [isMaking, setMaking] = useState(false)
  const [removing, setRemoving] = useState<TokenKey | null>(null)
  return (
    <Section
      title="Keys of the tenant’s own login"
      sentence="JWTs that these keys sign are taken as they are: the tenant’s people need no token of ours."
      actions={<Button onClick={() => setMaking(true)}>Register a key</Button>}
    >
      <Paged
        of={keys}
        empty={<Empty title="No key of its own">The tenant’s people come by JWTs that its backend mints here.</Empty>}
      >
        {(items) => (
          <DataTable
            label="Keys of the tenant’s own login"
            columns={columnsFor(setRemoving)}
            items={items}
            id={({ token_key_id }) => token_key_id}
          />
        )}
      </Paged>
      {isMaking && <NewTokenKey path={path} onClose={() => setMaking(false)} onMade={keys.reload} />}
      {removing && (
        <Confirm
          title={`Remove ${removing.name ?? 'this key'}?`}
          does="Remove"
          action={async () => {
            await api.delete(`${path}/${removing.token_key_id}`)
            keys.reload()
          }}
          onClose={() => setRemoving(null)}
        >
          Its tokens are refused from now on, and the sockets that live by one end.
        </Confirm>
      )}
    </Section>
  )
}
