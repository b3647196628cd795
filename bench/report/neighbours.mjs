import { number, shown, tableOf } from './format.mjs'
import { pairedRatio, spread } from './statistics.mjs'

/** How much longer what a tenant says takes beside each flood: the median decides. */
export function judgeNeighbours(floods, results) {
  return floods.flatMap(({ name, title, atMost }) => {
    const rounds = results.filter(({ flood }) => flood === name)
    if (!rounds.length) return []
    const ratio = pairedRatio(
      rounds.map(({ beside }) => beside.p99),
      rounds.map(({ alone }) => alone.p99),
    )
    return [{ flood: name, title, ratio, ...(atMost && { atMost, reached: ratio.median <= atMost }) }]
  })
}

export function neighboursMarkdown(conditions, floods, results) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const explained = 'Median (min–max) of the rounds. Send → deliver of the quiet tenant, in milliseconds.'
  const sections = judgeNeighbours(floods, results).map((judged) => section(judged, ofFlood(results, judged)))
  return ['# A flooding neighbour', about.join('\n'), explained, ...sections].join('\n\n') + '\n'
}

const ofFlood = (results, { flood }) => results.filter((one) => one.flood === flood)

function section({ title, ratio, atMost, reached }, rounds) {
  const of = (when, what) => shown(spread(rounds.map((round) => round[when][what])))
  const half = pairedRatio(
    rounds.map(({ beside }) => beside.p50),
    rounds.map(({ alone }) => alone.p50),
  )
  const table = tableOf([
    ['', 'alone', 'beside the flood', 'ratio', 'goal'],
    ['p50', of('alone', 'p50'), of('beside', 'p50'), shown(half), ''],
    [
      'p99',
      of('alone', 'p99'),
      of('beside', 'p99'),
      shown(ratio),
      atMost ? `≤ ${atMost}: ${reached ? 'yes' : '**no**'}` : '',
    ],
    ['not stored', total(rounds, 'alone'), total(rounds, 'beside'), '', ''],
  ])
  return `## ${title}\n\n${table}\n\nThe flood, a second: ${did(rounds)}.`
}

const total = (rounds, when) => String(rounds.reduce((sum, round) => sum + round[when].failed, 0))

/** As `say 512 ok, 3,044 refused`. */
function did(rounds) {
  const seconds = rounds.reduce((sum, { floodMs }) => sum + floodMs / 1000, 0)
  const counts = {}
  for (const { did } of rounds) {
    for (const [kind, outcomes] of Object.entries(did)) {
      counts[kind] ??= {}
      for (const [outcome, count] of Object.entries(outcomes))
        counts[kind][outcome] = (counts[kind][outcome] ?? 0) + count
    }
  }
  const words = (outcomes) =>
    Object.entries(outcomes).map(([outcome, count]) => `${number(count / seconds)} ${outcome}`)
  return Object.entries(counts)
    .map(([kind, outcomes]) => `${kind} ${words(outcomes).join(', ')}`)
    .join('; ')
}
