import './table.css'
import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

export interface Column<T> {
  head: string
  cell: (item: T) => ReactNode
  /** Left out on a phone. */
  wide?: boolean
  /** Numbers, and what one presses: at the right. */
  right?: boolean
}

/** A table that is scrolled by itself where the page is too narrow for it. */
export function DataTable<T>({
  label,
  columns,
  items,
  id,
}: {
  label: string
  columns: Column<T>[]
  items: T[]
  id: (item: T) => string
}) {
  const of = ({ wide, right }: Column<T>) => ({
    ...(wide && { visibleFrom: 'sm' as const }),
    ...(right && { ta: 'right' as const }),
  })
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard too
    <section className="table-frame" aria-label={label} tabIndex={0}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.head} scope="col" {...of(column)}>
                {column.head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={id(item)}>
              {columns.map((column) => (
                <Table.Td key={column.head} {...of(column)}>
                  {column.cell(item)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}
