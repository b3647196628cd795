import '../parts/table.css'
import { Card, SimpleGrid, Stack, Table, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLoad } from '../load.js'
import { Done } from '../parts/done.js'
import { Form } from '../parts/form.js'
import { count } from '../parts/format.js'
import { Section } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { useApi } from '../session.js'
import type { Limits, Tenant, Usage } from '../types.js'
import { quotas, rates } from './limits.js'

interface Props {
  tenant: Tenant
  onChange: (tenant: Tenant) => void
}

/** What is left empty is the deployment's own. */
export function TenantLimits({ tenant, onChange }: Props) {
  const usage = useLoad<Usage>(`/admin/tenant/${tenant.tenant_id}/usage`)
  return (
    <Section
      title="Limits"
      sentence="What is left empty is the deployment’s own limit, which stands in the field in grey."
    >
      <Loaded of={usage}>
        {({ default_limits }) => <LimitsForm tenant={tenant} defaults={default_limits} onChange={onChange} />}
      </Loaded>
    </Section>
  )
}

type Draft = Record<string, string>

const draftOf = (limits: Limits): Draft =>
  Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, String(limit)]))

const limitsOf = (draft: Draft): Limits =>
  Object.fromEntries(
    Object.entries(draft)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [name, Number(text)]),
  )

function LimitsForm({ tenant, defaults, onChange }: Props & { defaults: Limits }) {
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(tenant.limits))
  const [saved, setSaved] = useState(false)
  const save = async (): Promise<void> => {
    const answer = await api.patch<Tenant>(`/admin/tenant/${tenant.tenant_id}`, { limits: limitsOf(draft) })
    onChange(answer)
    setDraft(draftOf(answer.limits))
    setSaved(true)
  }
  return (
    <Form does="Save the limits" action={save} done={<Done is={saved}>Saved</Done>}>
      {({ problem }) => {
        const field = (name: string) => ({
          type: 'number',
          min: 1,
          value: draft[name] ?? '',
          placeholder: textOf(defaults[name]),
          description: draft[name] ? `instead of ${textOf(defaults[name])}` : undefined,
          inputWrapperOrder: ['label', 'input', 'description', 'error'] as (
            'label' | 'input' | 'description' | 'error'
          )[],
          error: problem?.of(`limits.${name}`),
          onChange: (event: { currentTarget: { value: string } }) => {
            setSaved(false)
            setDraft({ ...draft, [name]: event.currentTarget.value })
          },
        })
        return (
          <Stack>
            <Card padding={0}>
              <Rates field={field} />
            </Card>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
              {quotas.map(({ name, label }) => (
                <TextInput key={name} label={label} {...field(name)} />
              ))}
            </SimpleGrid>
          </Stack>
        )
      }}
    </Form>
  )
}

const textOf = (limit: number | undefined): string => (limit === undefined ? 'none' : count(limit))

const Rates = ({ field }: { field: (name: string) => object }) => (
  <div className="table-scroll">
    <Table aria-label="Rates" highlightOnHover={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">What, and for whom</Table.Th>
          <Table.Th scope="col">At once</Table.Th>
          <Table.Th scope="col">Then a second</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rates.map(({ what, who, burst, perSecond }) => (
          <Table.Tr key={burst}>
            <Table.Th scope="row" fw={400}>
              {what} <span className="of">of {who}</span>
            </Table.Th>
            <Table.Td>
              <TextInput size="xs" aria-label={`${what} of ${who}, at once`} {...field(burst)} />
            </Table.Td>
            <Table.Td>
              <TextInput size="xs" aria-label={`${what} of ${who}, every second`} {...field(perSecond)} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)
