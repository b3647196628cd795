import { shown, tableOf } from './format.mjs'
import { pairedRatio, spread } from './statistics.mjs'

const kinds = [
  ['database', 'the database, CPU µs'],
  ['node', 'Node, CPU µs'],
  ['total', 'both'],
]

export function rlsMarkdown(conditions, ways, results) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const explained =
    'What one asking takes. Median (min–max) of the rounds, and of each round’s own ratio of the first way to the last.'
  const sections = results.map((result) => `## ${result.title}\n\n${figures(ways, result.ways)}`)
  return ['# Row-level security', about.join('\n'), explained, ...sections].join('\n\n') + '\n'
}

function figures(ways, measured) {
  const valuesOf = ({ name }, kind) => measured[name].map((round) => round[kind])
  const rows = kinds.map(([kind, title]) => [
    title,
    ...ways.map((way) => shown(spread(valuesOf(way, kind)))),
    shown(pairedRatio(valuesOf(ways[0], kind), valuesOf(ways.at(-1), kind))),
  ])
  return tableOf([['', ...ways.map(({ title }) => title), 'ratio'], ...rows])
}
