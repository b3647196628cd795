import { Anchor, Button, Checkbox, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { lazy, useState } from 'react'
import { usePages, useSettled } from '../load.js'
import { originsOf } from '../parts/origins.js'
import { TenantStatus } from '../parts/status.js'
import { day, tenantName } from '../parts/format.js'
import { FormModal } from '../parts/form.js'
import { Icon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { ShownOnce } from '../parts/secret.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { go, href } from '../route.js'
import { useApi } from '../session.js'
import type { Tenant } from '../types.js'

const TenantPage = lazy(() => import('./tenant.js'))

export default function Tenants({ parts: [tenantId, tab] }: { parts: string[] }) {
  return tenantId ? <TenantPage key={tenantId} tenantId={tenantId} tab={tab ?? 'usage'} /> : <TenantList />
}

const columns: Column<Tenant>[] = [
  {
    head: 'Name',
    cell: (tenant) => (
      <Anchor href={href('tenants', tenant.tenant_id)} fw={600} size="sm" className="breakable">
        {tenantName(tenant)}
      </Anchor>
    ),
  },
  { head: 'Status', cell: (tenant) => <TenantStatus status={tenant.status} /> },
  { head: 'Origins', wide: true, cell: ({ allowed_origins }) => <Origins of={allowed_origins} /> },
  { head: 'Since', wide: true, cell: ({ created_at }) => day(created_at) },
  {
    head: 'Id',
    wide: true,
    cell: ({ tenant_id }) => (
      <Text span size="xs" ff="monospace" c="dimmed">
        {tenant_id}
      </Text>
    ),
  },
]

const Origins = ({ of: [first, ...others] }: { of: string[] }) => (
  <Text span size="sm" c={first ? undefined : 'dimmed'}>
    {first ?? 'none'}
    {others.length > 0 && ` and ${others.length} more`}
  </Text>
)

function TenantList() {
  const [word, setWord] = useState('')
  const [isMaking, setMaking] = useState(false)
  const tenants = usePages<Tenant>('/admin/tenant', { q: useSettled(word.trim()) })
  return (
    <Page
      title="Tenants"
      sentence="Each is a company of its own: its users, rooms and messages are seen by nobody else."
      actions={
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
          New tenant
        </Button>
      }
    >
      <TextInput
        label="Find by name"
        type="search"
        value={word}
        maw={360}
        onChange={(event) => setWord(event.currentTarget.value)}
      />
      <Paged of={tenants} empty={<NoTenants word={word.trim()} />}>
        {(items) => <DataTable label="Tenants" columns={columns} items={items} id={({ tenant_id }) => tenant_id} />}
      </Paged>
      {isMaking && <NewTenant onClose={() => setMaking(false)} onMade={tenants.reload} />}
    </Page>
  )
}

const NoTenants = ({ word }: { word: string }) =>
  word === '' ? (
    <Empty title="No tenant yet">Make the first one, and give its API token away.</Empty>
  ) : (
    <Empty title={`No tenant has “${word}” in its name`} />
  )

function NewTenant({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const api = useApi()
  const [name, setName] = useState('')
  const [origins, setOrigins] = useState('')
  const [registers, setRegisters] = useState(false)
  const [made, setMade] = useState<(Tenant & { api_token: string }) | null>(null)
  const make = async (): Promise<void> => {
    const fields = { name, allowed_origins: originsOf(origins), self_registration: registers }
    setMade(await api.post('/admin/tenant', fields))
    onMade()
  }
  if (made) {
    return (
      <ShownOnce
        title={`${tenantName(made)} is there`}
        label="Its API token"
        value={made.api_token}
        warning="This is shown now and never again. Give it to the tenant’s backend, and to nobody else."
        onKept={() => go('tenants', made.tenant_id)}
      >
        <Text size="sm" c="dimmed">
          With it the tenant can log in here too, and look after its users and rooms.
        </Text>
      </ShownOnce>
    )
  }
  return (
    <FormModal title="New tenant" does="Make it" action={make} onClose={onClose}>
      {({ problem }) => (
        <Stack>
          <TextInput
            data-autofocus
            label="Name"
            required
            maxLength={200}
            value={name}
            error={problem?.of('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label="Allowed origins"
            description="Of its web pages, one a line, as https://app.acme.example"
            rows={3}
            spellCheck={false}
            value={origins}
            error={problem?.of('allowed_origins')}
            onChange={(event) => setOrigins(event.currentTarget.value)}
          />
          <Checkbox
            label="People may register themselves"
            description="With a username and a password, without the tenant’s backend"
            checked={registers}
            onChange={(event) => setRegisters(event.currentTarget.checked)}
          />
        </Stack>
      )}
    </FormModal>
  )
}
