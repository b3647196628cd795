import '@mantine/charts/styles.css'
import '../parts/table.css'
import { AreaChart, BarChart } from '@mantine/charts'
import { Card, SimpleGrid, Table, Text, Title } from '@mantine/core'
import { bytes, count, shortDay } from '../parts/format.js'
import type { Usage, UsageDay } from '../types.js'

interface Measure {
  key: Exclude<keyof UsageDay, 'day'>
  name: string
  /** What of the days is said beside the name. */
  sum: 'total' | 'most'
  colour: string
  format: (value: number) => string
  isLine?: boolean
}

const measures: Measure[] = [
  { key: 'messages', name: 'Messages', sum: 'total', colour: 'indigo.6', format: count },
  { key: 'active_users', name: 'Active people', sum: 'most', colour: 'teal.7', format: count },
  {
    key: 'peak_connections',
    name: 'Sockets at the peak',
    sum: 'most',
    colour: 'orange.7',
    format: count,
    isLine: true,
  },
  { key: 'bytes', name: 'Stored by messages and edits', sum: 'total', colour: 'grape.6', format: bytes },
]

export default function UsageCharts({ usage: { items } }: { usage: Usage }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        {measures.map((measure) => (
          <Chart key={measure.key} measure={measure} items={items} />
        ))}
      </SimpleGrid>
      <details className="as-table">
        <summary>The same as a table</summary>
        <DaysTable items={items} />
      </details>
    </>
  )
}

function summaryOf({ key, sum, format }: Measure, items: UsageDay[]): string {
  const values = items.map((item) => item[key])
  if (sum === 'most') return `at most ${format(Math.max(0, ...values))} a day`
  return `${format(values.reduce((all, value) => all + value, 0))} in all`
}

function Chart({ measure, items }: { measure: Measure; items: UsageDay[] }) {
  const { key, name, colour, format, isLine } = measure
  const summary = summaryOf(measure, items)
  const common = {
    h: 180,
    data: items,
    dataKey: 'day',
    series: [{ name: key, label: name, color: colour }],
    valueFormatter: format,
    gridAxis: 'x' as const,
    tickLine: 'none' as const,
    withLegend: false,
    yAxisProps: { width: 60, allowDecimals: false, domain: domainOf(items.map((item) => item[key])) },
    xAxisProps: { tickFormatter: shortDay, minTickGap: 28 },
  }
  return (
    <Card padding="sm">
      <Title order={3}>{name}</Title>
      <Text size="xs" c="dimmed" mb="xs">
        {summary}
      </Text>
      <figure className="chart" aria-label={`${name} by day: ${summary}. The numbers are in the table below.`}>
        {isLine ? (
          <AreaChart {...common} curveType="monotone" withDots={false} areaChartProps={still} />
        ) : (
          <BarChart {...common} barChartProps={still} maxBarWidth={22} />
        )}
      </figure>
    </Card>
  )
}

/** Some height, even where there was nothing: a line at the bottom says so. */
const domainOf = (values: number[]): [number, number | 'auto'] => [0, Math.max(...values) < 4 ? 4 : 'auto']

/** A chart is a picture here: the table below is what the keyboard and a screen reader go through. */
const still = { accessibilityLayer: false }

const DaysTable = ({ items }: { items: UsageDay[] }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard too
  <section className="table-frame" aria-label="Usage by day" tabIndex={0}>
    <Table aria-label="Usage by day">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Day</Table.Th>
          {measures.map(({ key, name }) => (
            <Table.Th key={key} scope="col" ta="right">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.toReversed().map((item) => (
          <Table.Tr key={item.day}>
            <Table.Th scope="row" fw={400}>
              {item.day}
            </Table.Th>
            {measures.map(({ key, format }) => (
              <Table.Td key={key} ta="right">
                {format(item[key])}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </section>
)
