import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useLoad } from '../load.js'
import { Figure } from '../parts/figure.js'
import { bytes, count } from '../parts/format.js'
import { Section } from '../parts/page.js'
import { Loaded, Loading } from '../parts/states.js'
import type { Usage } from '../types.js'

const UsageCharts = lazy(() => import('./usage-charts.js'))

const dayMs = 86_400_000
const periods = [7, 30, 90, 365]

const firstDay = (days: number): string => new Date(Date.now() - (days - 1) * dayMs).toISOString().slice(0, 10)

/** What a tenant uses now, what it may, and what it used by day. */
export function UsageOf({ path }: { path: string }) {
  const [days, setDays] = useState(30)
  const usage = useLoad<Usage>(path, { from: firstDay(days) })
  return (
    <Stack gap="lg">
      <Loaded of={usage}>
        {(usage) => (
          <>
            <Now usage={usage} />
            <Section
              title="By day"
              sentence="Days of UTC. What other nodes did is some seconds old."
              actions={
                <SegmentedControl
                  aria-label="Period"
                  size="xs"
                  data={periods.map((days) => ({
                    value: String(days),
                    label: days === 365 ? '1 year' : `${days} days`,
                  }))}
                  value={String(days)}
                  onChange={(value) => setDays(Number(value))}
                />
              }
            >
              <Suspense fallback={<Loading />}>
                <UsageCharts usage={usage} />
              </Suspense>
            </Section>
          </>
        )}
      </Loaded>
    </Stack>
  )
}

const Now = ({ usage: { now, months, limits } }: { usage: Usage }) => (
  <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
    <Figure name="Sockets now" value={count(now.connections)} {...share(now.connections, limits['tenant_sockets'])} />
    <Figure
      name="People this month"
      value={count(months.at(-1)?.monthly_active_users ?? 0)}
      note="who came, asked or sent"
    />
    <Figure name="Rooms" value={count(now.rooms)} {...share(now.rooms, limits['tenant_rooms'])} />
    <Figure
      name="Storage"
      value={bytes(now.storage_bytes)}
      {...share(now.storage_bytes, limits['tenant_storage_bytes'], bytes)}
    />
  </SimpleGrid>
)

/** How much that is of what it may be. */
const share = (used: number, most: number | undefined, format = count): { note: string; part?: number } =>
  most === undefined ? { note: 'no limit' } : { note: `of ${format(most)}`, part: used / most }
