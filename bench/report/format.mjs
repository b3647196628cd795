// How figures are written.

/** Three digits say what such a measurement can say. */
export function number(value) {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(Math.abs(value) >= 1 ? 2 : 3)
}

/** Median (min–max). */
export function shown({ median, min, max }) {
  return `${number(median)} (${number(min)}–${number(max)})`
}

const line = (cells) => `| ${cells.join(' | ')} |`

/** A Markdown table: the first row is its head, the first column says what a row is. */
export function tableOf([head, ...rows]) {
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
