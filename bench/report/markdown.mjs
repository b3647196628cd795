import { pairedRatio, spread } from './statistics.mjs'

const rows = [
  ['CPU µs a delivery, service + database', 'totalMicros'],
  ['– of it the service', 'serviceMicros'],
  ['– of it the database', 'databaseMicros'],
  ['deliveries a second', 'deliveriesPerSecond'],
  ['send → deliver, p50 ms', 'p50'],
  ['send → deliver, p99 ms', 'p99'],
]
const health = [
  ['bytes a delivered frame', 'frameBytes'],
  ['service + database, % of a core', 'coreUse'],
  ['load generator, % of a core', 'loadUse'],
  ['anybody else on the machine, % of a core', 'strangersUse'],
]
// Percent of a core that others may use before a result is to be doubted.
const QUIET = 15
const faults = ['lost', 'doubled', 'unanswered', 'failed']

export function markdown(conditions, { peers, workloads }, results) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const tables = workloads.map((workload) => {
    const ofPeer = (peer) => results.filter((one) => one.workload === workload.name && one.peer === peer.name)
    return `## ${workload.title}\n\n${table(peers, peers.map(ofPeer))}`
  })
  const explained = `Median (min–max) of the rounds.${disturbance(results)}`
  return ['# Bench', about.join('\n'), explained, ...tables].join('\n\n') + '\n'
}

function disturbance(results) {
  const disturbed = results.filter((one) => one.strangersUse > QUIET).length
  if (disturbed === 0) return ''
  return ` **Disturbed:** others used more than ${QUIET} % of a core in ${disturbed} of ${results.length} measurements.`
}

function table(peers, results) {
  const [first, ...others] = peers
  const lines = [
    ['', ...peers.map((peer) => peer.title), ...others.map((other) => `${first.title} / ${other.title}`)],
    ['---', ...peers.map(() => '---:'), ...others.map(() => '---:')],
  ]
  for (const [title, key] of [...rows, ...health]) {
    const values = results.map((rounds) => rounds.map((round) => round[key]))
    const compared = rows.some((row) => row[1] === key)
    const ratios = values.slice(1).map((theirs) => (compared ? shown(pairedRatio(values[0], theirs)) : ''))
    lines.push([title, ...values.map((one) => shown(spread(one))), ...ratios])
  }
  lines.push(['faults', ...results.map(faultsOf), ...others.map(() => '')])
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function faultsOf(rounds) {
  const sums = faults.map((name) => [name, rounds.reduce((sum, round) => sum + round[name], 0)])
  const found = sums.filter(([, sum]) => sum > 0)
  if (found.length === 0) return 'none'
  const example = rounds.find((round) => round.firstFailure)?.firstFailure
  return `**${found.map(([name, sum]) => `${sum} ${name}`).join(', ')}**${example ? ` ${example.slice(0, 200)}` : ''}`
}

/** For watching a run. */
export function oneLine(result) {
  const { workload, round, peer, totalMicros, databaseMicros, deliveriesPerSecond, p50, p99, loadUse } = result
  return (
    `${workload} ${round} ${peer}: ${number(totalMicros)} µs (db ${number(databaseMicros)}), ` +
    `${number(deliveriesPerSecond)}/s, p50 ${number(p50)} p99 ${number(p99)} ms, load ${number(loadUse)} %, ` +
    `faults ${faultsOf([result])}`
  )
}

function shown({ median, min, max }) {
  return `${number(median)} (${number(min)}–${number(max)})`
}

// Three digits say what such a measurement can say.
function number(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3)
}
