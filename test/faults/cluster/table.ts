/** What was measured, for people. */
import type { Row } from './toll.js'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const columns: [string, (row: Row) => string | number][] = [
  ['fault', (row) => row.fault],
  ['acknowledged', (row) => row.acknowledged],
  ['retries', (row) => row.retries],
  ['refused', (row) => row.refused],
  ['cut', (row) => row.cut],
  ['longest silence', (row) => seconds(row.longestSilenceMs)],
  ['all served again', (row) => seconds(row.backMs)],
  ['all heard', (row) => seconds(row.wholeMs)],
  ['besides', (row) => row.more],
]

export function asLines(rows: Row[]): string[] {
  const cells = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, of]) => String(of(row))))]
  const widths = columns.map((_, n) => Math.max(...cells.map((line) => line[n]!.length)))
  const lines = cells.map((line) => `| ${line.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`)
  return [lines[0]!, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.slice(1)]
}
