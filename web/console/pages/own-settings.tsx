import '../parts/table.css'
import { Card, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLoad } from '../load.js'
import { count } from '../parts/format.js'
import { Page, Section } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import type { Limits, Tenant, Usage } from '../types.js'
import { quotas, rates, type RateRow } from './limits.js'

/** What the operator has settled for the tenant: to be read here, and changed by them. */
export default function OwnSettings() {
  const tenant = useLoad<Tenant>('/tenant')
  const usage = useLoad<Usage>('/usage')
  return (
    <Page title="Settings" sentence="The operator of this deployment has settled them, and changes them.">
      <Loaded of={tenant}>{(tenant) => <Settled tenant={tenant} />}</Loaded>
      <Section title="Limits that hold">
        <Loaded of={usage}>{({ limits }) => <Limited limits={limits} />}</Loaded>
      </Section>
    </Page>
  )
}

const Settled = ({ tenant }: { tenant: Tenant }) => (
  <Card maw={640}>
    <dl className="facts roomy">
      <Fact name="Pages may call from">
        {tenant.allowed_origins.length ? (
          <Stack gap={0}>
            {tenant.allowed_origins.map((origin) => (
              <span key={origin}>{origin}</span>
            ))}
          </Stack>
        ) : (
          'nowhere'
        )}
      </Fact>
      <Fact name="Messages are kept">{tenant.retention_days ? `for ${tenant.retention_days} days` : 'for ever'}</Fact>
      <Fact name="People may register themselves">{tenant.self_registration ? 'yes' : 'no'}</Fact>
      <Fact name="Guests may watch livestreams">{tenant.guests ? 'yes' : 'no'}</Fact>
    </dl>
  </Card>
)

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd className="breakable">{children}</dd>
  </div>
)

const columnsOf = (limits: Limits): Column<RateRow>[] => [
  {
    head: 'What, and for whom',
    cell: ({ what, who }) => (
      <>
        <span>{what}</span> <span className="of">of {who}</span>
      </>
    ),
  },
  { head: 'At once', right: true, cell: ({ burst }) => textOf(limits[burst]) },
  { head: 'Then a second', right: true, cell: ({ perSecond }) => textOf(limits[perSecond]) },
]

const textOf = (limit: number | undefined, format = count): string => (limit === undefined ? 'none' : format(limit))

const Limited = ({ limits }: { limits: Limits }) => (
  <Stack gap="sm">
    <DataTable label="Rates" columns={columnsOf(limits)} items={rates} id={({ burst }) => burst} />
    <Card>
      <dl className="facts">
        {quotas.map(({ name, label, format = count }) => (
          <Fact key={name} name={label}>
            {textOf(limits[name], format)}
          </Fact>
        ))}
      </dl>
    </Card>
  </Stack>
)
