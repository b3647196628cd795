import { number, shown, tableOf } from './format.mjs'
import { judge } from './goals.mjs'
import { pairedRatio, spread } from './statistics.mjs'

// A workload's tables have the rows of which it has measured something.
const rows = [
  ['CPU µs a delivery, service + database', 'totalMicros'],
  ['– of it the service', 'serviceMicros'],
  ['– of it the database', 'databaseMicros'],
  ['messages a second', 'messagesPerSecond'],
  ['deliveries a second', 'deliveriesPerSecond'],
  ['send → deliver, p50 ms', 'p50'],
  ['send → deliver, p99 ms', 'p99'],
  ['KB for one more connection', 'moreKb'],
  ['KB a connection, with what the first ones brought', 'eachKb'],
]
const health = [
  ['bytes a delivered frame', 'frameBytes'],
  ['the service’s CPU in the kernel, %', 'kernelShare'],
  ['service + database, % of a core', 'coreUse'],
  ['load generator, % of a core', 'loadUse'],
  ['anybody else on the machine, % of a core', 'strangersUse'],
  ['MB of the service before its clients', 'emptyMb'],
]
// Percent of a core that others may use before a result is to be doubted.
const QUIET = 15
const faults = ['lost', 'doubled', 'disordered', 'unanswered', 'failed']

export function markdown(conditions, { peers, workloads }, results) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const explained = `Median (min–max) of the rounds.${disturbance(results)}`
  const sections = workloads.map((workload) => section(workload, peers, results))
  return ['# Bench', about.join('\n'), explained, ...sections, ...goals(peers, results)].join('\n\n') + '\n'
}

export function disturbance(results) {
  const disturbed = results.filter((one) => one.strangersUse > QUIET).length
  if (disturbed === 0) return ''
  return ` **Disturbed:** others used more than ${QUIET} % of a core in ${disturbed} of ${results.length} measurements.`
}

/** What each peer took, and then the first one's ratio to each of the others. */
function section({ name, title }, peers, results) {
  const measured = peers
    .map((peer) => ({ ...peer, rounds: results.filter((one) => one.workload === name && one.peer === peer.name) }))
    .filter((peer) => peer.rounds.length > 0)
  const parts = [`## ${title}`, figures(measured)]
  if (measured.length > 1) parts.push(ratios(measured))
  return parts.join('\n\n')
}

function figures(peers) {
  const lines = [...rows, ...health]
    .filter(has(peers))
    .map(([title, key]) => [title, ...peers.map((peer) => shown(spread(valuesOf(peer, key))))])
  const last = peers[0].rounds[0].lost === undefined ? [] : [['faults', ...peers.map((peer) => faultsOf(peer.rounds))]]
  return tableOf([['', ...peers.map((peer) => peer.title)], ...lines, ...last])
}

function ratios([first, ...others]) {
  const ratio = (other, key) => {
    if (key === 'databaseMicros' && other.storesNothing) return ''
    return shown(pairedRatio(valuesOf(first, key), valuesOf(other, key)))
  }
  const lines = rows.filter(has([first])).map(([title, key]) => [title, ...others.map((other) => ratio(other, key))])
  return tableOf([[`${first.title} ÷`, ...others.map((other) => other.title)], ...lines])
}

const has =
  ([peer]) =>
  ([, key]) =>
    peer.rounds[0][key] !== undefined
const valuesOf = (peer, key) => peer.rounds.map((round) => round[key])

function goals(peers, results) {
  const titleOf = (name) => peers.find((peer) => peer.name === name).title
  const judged = judge(results).map(({ what, against, atMost, atLeast, ratio, reached }) => {
    const goal = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`
    return [`${what}, against ${titleOf(against)}`, goal, shown(ratio), reached ? 'yes' : '**no**']
  })
  if (judged.length === 0) return []
  return ['## Goals', tableOf([['Parley', 'goal', 'measured', 'reached'], ...judged])]
}

export function faultsOf(rounds) {
  const sums = faults.map((name) => [name, rounds.reduce((sum, round) => sum + round[name], 0)])
  const found = sums.filter(([, sum]) => sum > 0)
  if (found.length === 0) return 'none'
  const example = rounds.find((round) => round.firstFailure)?.firstFailure
  return `**${found.map(([name, sum]) => `${sum} ${name}`).join(', ')}**${example ? ` ${example.slice(0, 200)}` : ''}`
}

/** For watching a run. */
export function oneLine(result) {
  const { workload, round, peer, moreKb, eachKb } = result
  const who = `${workload} ${round} ${peer}`
  if (moreKb !== undefined) return `${who}: ${number(moreKb)} KB for one more connection (${number(eachKb)} each)`
  const { totalMicros, databaseMicros, messagesPerSecond, deliveriesPerSecond, p50, p99, loadUse } = result
  return (
    `${who}: ${number(totalMicros)} µs (db ${number(databaseMicros)}), ${number(messagesPerSecond)} messages/s, ` +
    `${number(deliveriesPerSecond)} deliveries/s, p50 ${number(p50)} p99 ${number(p99)} ms, load ${number(loadUse)} %, ` +
    `faults ${faultsOf([result])}`
  )
}
