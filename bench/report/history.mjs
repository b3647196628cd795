import { shown, tableOf } from './format.mjs'

export function historyMarkdown(conditions, { large, small, kinds, explained }) {
  const [ofLarge, ofSmall] = [large, small].map((count) => count.toLocaleString('en'))
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const times = kinds.flatMap((kind) =>
    ['p50', 'p99'].map((name) => [
      `${kind.title}, ${name} ms (${kind.reads.toLocaleString('en')} times)`,
      ...[kind.large, kind.small, kind.ratio].map((figures) => shown(figures[name])),
    ]),
  )
  const pages = explained.flatMap(({ count, statements }) =>
    statements.map(({ name, scan, pages, ms }) => [
      `${name} of ${count.toLocaleString('en')}`,
      scan,
      shown(pages),
      shown(ms),
    ]),
  )
  return `# History by seq: a room of ${ofLarge} messages beside one of ${ofSmall}

${about.join('\n')}

What a client waits for a page of 20. Median (min–max) of the rounds.

${tableOf([['', ofLarge, ofSmall, 'ratio'], ...times])}

What PostgreSQL does to find the messages, at 200 places (\`EXPLAIN (ANALYZE, BUFFERS)\`). A larger index is a level or two
higher, and that is all it may cost.

${tableOf([['', 'scan', 'pages of 8 KiB', 'ms'], ...pages])}
`
}
