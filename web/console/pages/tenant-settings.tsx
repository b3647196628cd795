import { Button, Card, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '../parts/confirm.js'
import { Done } from '../parts/done.js'
import { Form } from '../parts/form.js'
import { tenantName } from '../parts/format.js'
import { Section } from '../parts/page.js'
import { go } from '../route.js'
import { useApi } from '../session.js'
import type { Tenant } from '../types.js'
import { originsOf } from '../parts/origins.js'
import { visible } from '../../visible.js'

interface Props {
  tenant: Tenant
  onChange: (tenant: Tenant) => void
}

export const TenantSettings = (props: Props) => (
  <Stack gap="xl">
    <Settings {...props} />
    <Deletion tenant={props.tenant} />
  </Stack>
)

const draftOf = (tenant: Tenant) => ({
  name: tenant.name,
  origins: tenant.allowed_origins.join('\n'),
  self_registration: tenant.self_registration,
  guests: tenant.guests,
  retention: tenant.retention_days?.toString() ?? '',
})

type Draft = ReturnType<typeof draftOf>

const fieldsOf = ({ name, origins, self_registration, guests, retention }: Draft): object => ({
  name,
  allowed_origins: originsOf(origins),
  self_registration,
  guests,
  retention_days: retention === '' ? null : Number(retention),
})

function Settings({ tenant, onChange }: Props) {
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(tenant))
  const [saved, setSaved] = useState(false)
  const set = (change: Partial<Draft>): void => {
    setSaved(false)
    setDraft({ ...draft, ...change })
  }
  const save = async (): Promise<void> => {
    const answer = await api.patch<Tenant>(`/admin/tenant/${tenant.tenant_id}`, fieldsOf(draft))
    onChange(answer)
    setDraft(draftOf(answer))
    setSaved(true)
  }
  return (
    <Section title="Settings" sentence="They count at once, on every node.">
      <Card maw={640}>
        <Form does="Save" action={save} done={<Done is={saved}>Saved</Done>}>
          {({ problem }) => <Fields draft={draft} set={set} wrong={(field) => problem?.of(field)} />}
        </Form>
      </Card>
    </Section>
  )
}

function Fields({
  draft,
  set,
  wrong,
}: {
  draft: Draft
  set: (change: Partial<Draft>) => void
  wrong: (field: string) => string | undefined
}) {
  return (
    <>
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={draft.name}
        error={wrong('name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Allowed origins"
        description="Of its web pages, one a line. * allows any, but not for sockets by a cookie"
        rows={4}
        spellCheck={false}
        value={draft.origins}
        error={wrong('allowed_origins')}
        onChange={(event) => set({ origins: event.currentTarget.value })}
      />
      <TextInput
        label="Keep messages for so many days"
        description="Older ones are deleted. Left empty, they are kept for ever"
        type="number"
        min={1}
        max={36_500}
        maw={280}
        value={draft.retention}
        error={wrong('retention_days')}
        onChange={(event) => set({ retention: event.currentTarget.value })}
      />
      <Switch
        label="People may register themselves"
        description="With a username and a password"
        checked={draft.self_registration}
        onChange={(event) => set({ self_registration: event.currentTarget.checked })}
      />
      <Switch
        label="Guests may watch livestreams"
        description="Without any credential. They only read"
        checked={draft.guests}
        onChange={(event) => set({ guests: event.currentTarget.checked })}
      />
    </>
  )
}

function Deletion({ tenant }: { tenant: Tenant }) {
  const api = useApi()
  const [isAsking, setAsking] = useState(false)
  const remove = async (): Promise<void> => {
    await api.delete(`/admin/tenant/${tenant.tenant_id}`)
    go('tenants')
  }
  return (
    <Section title="Deletion">
      <Card maw={640} className="danger">
        <Stack gap="sm">
          <Text size="sm">
            Deletes the tenant with its users, rooms, messages and tokens. It cannot be undone. To keep them and let
            nobody in, suspend it instead.
          </Text>
          <Button color="red" variant="outline" className="start" onClick={() => setAsking(true)}>
            Delete this tenant…
          </Button>
        </Stack>
      </Card>
      {isAsking && (
        <Confirm
          title={`Delete ${tenantName(tenant)} for ever?`}
          does="Delete for ever"
          word={visible(tenant.name) ?? 'delete'}
          action={remove}
          onClose={() => setAsking(false)}
        >
          Its users, rooms and messages will be gone, and its API tokens will work no more.
        </Confirm>
      )}
    </Section>
  )
}
