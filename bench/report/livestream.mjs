import { number, shown, tableOf } from './format.mjs'
import { disturbance, faultsOf } from './markdown.mjs'
import { pairedRatio, spread } from './statistics.mjs'

const columns = [
  ['CPU µs a delivery', 'totalMicros'],
  ['the service', 'serviceMicros'],
  ['the database', 'databaseMicros'],
  ['send → deliver, p50 ms', 'p50'],
  ['p99 ms', 'p99'],
  ['KB a connection', 'eachKb'],
]
const health = [
  ['deliveries a second', 'deliveriesPerSecond'],
  ['messages a frame', 'perFrame'],
  ['bytes a message', 'frameBytes'],
  ['service + database, % of a core', 'coreUse'],
  ['load generator, %', 'loadUse'],
  ['anybody else, %', 'strangersUse'],
]

/** Each dialect's ratio to its bare library, if both were measured: the median decides. */
export function judgeDialects(peers, results) {
  const values = (name) => results.filter(({ peer }) => peer === name).map(({ totalMicros }) => totalMicros)
  return peers.flatMap(({ name, against, atMost }) => {
    if (!against || values(against).length === 0) return []
    const ratio = pairedRatio(values(name), values(against))
    return [{ peer: name, against, atMost, ratio, reached: ratio.median <= atMost }]
  })
}

export function livestreamMarkdown(conditions, { viewers, rate }, peers, results) {
  const measured = peers.map((peer) => ({ ...peer, rounds: results.filter((one) => one.peer === peer.name) }))
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const explained = `Median (min–max) of the rounds.${disturbance(results)}${queued(measured, rate)}`
  const title = `# A livestream of ${viewers.toLocaleString('en')} viewers, ${number(rate)} messages a second`
  const tables = [figures(measured, columns), figures(measured, health, faultsOf)]
  return [title, about.join('\n'), explained, ...tables, ...goals(peers, results)].join('\n\n') + '\n'
}

/** A message that takes longer than the next one is away queues; whoever collects messages on purpose is not meant. */
function queued(measured, rate) {
  const waits = ({ batched, rounds }) => !batched && spread(rounds.map(({ p50 }) => p50)).median > 1000 / rate
  const names = measured.filter(waits).map(({ title }) => title)
  if (names.length === 0) return ''
  return ` **Messages queued** at ${names.join('; ')}: one core was too little, latencies are the queue’s, and what queues is cheaper for who writes it together.`
}

function figures(measured, chosen, faults) {
  const head = ['', ...chosen.map(([title]) => title), ...(faults ? ['faults'] : [])]
  const rows = measured.map(({ title, rounds }) => [
    title,
    ...chosen.map(([, key]) => shown(spread(rounds.map((round) => round[key])))),
    ...(faults ? [faults(rounds)] : []),
  ])
  return tableOf([head, ...rows])
}

function goals(peers, results) {
  const titleOf = (name) => peers.find((peer) => peer.name === name).title
  const judged = judgeDialects(peers, results).map(({ peer, against, atMost, ratio, reached }) => {
    return [`${titleOf(peer)}, against ${titleOf(against)}`, `≤ ${atMost}`, shown(ratio), reached ? 'yes' : '**no**']
  })
  if (judged.length === 0) return []
  return ['## Goals: CPU µs a delivery', tableOf([['', 'goal', 'measured', 'reached'], ...judged])]
}
