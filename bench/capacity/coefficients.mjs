// What a message, a delivery and a connection cost, from the newest results that say so.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spread } from '../report/statistics.mjs'

/** The results of a folder, the newest first: their names begin with their date. */
export const resultsIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .map((name) => ({ name, results: JSON.parse(readFileSync(join(folder, name), 'utf8')).results ?? [] }))

/** What the newest run measured of Parley in a workload: the median of its rounds. Throws if none did. */
function measured(runs, workload, peer = 'parley') {
  const ours = (results) => results.filter((one) => one.workload === workload && one.peer === peer)
  const run = runs.find(({ results }) => ours(results).length > 0)
  if (!run) throw new Error(`no run in bench/results has measured ${workload} of ${peer}`)
  const median = (key) => spread(ours(run.results).map((one) => one[key])).median
  const listeners = Math.round(median('deliveriesPerSecond') / median('messagesPerSecond'))
  return { from: run.name, median, listeners }
}

/** A message’s cost and each of its deliveries’, from two workloads with few listeners and with many. */
function line(few, many) {
  const [low, high] = [few, many].map((one) => one.median('serviceMicros') * one.listeners)
  const deliveryMicros = Math.max(0, (high - low) / (many.listeners - few.listeners))
  return { messageMicros: Math.max(0, low - deliveryMicros * few.listeners), deliveryMicros }
}

const databaseMicros = (one) => ({ databaseMicros: one.median('databaseMicros') * one.listeners })

/** Where many messages go in one write. */
function together(alone, batched) {
  const deliveryMicros = batched.median('serviceMicros')
  return {
    messageMicros: Math.max(0, (alone.median('serviceMicros') - deliveryMicros) * alone.listeners),
    deliveryMicros,
  }
}

/**
 * Calm: a message comes alone, and is stored and written alone. Busy: what waits is stored in one commit, and several
 * messages go to a client in one write. The busier a node, the cheaper its messages: what it needs is between the two.
 */
export function coefficientsOf(runs) {
  const [w1, w2, s, idle] = ['w1', 'w2', 's', 'idle'].map((workload) => measured(runs, workload))
  const batched = measured(runs, 'livestream', 'stream-batch')
  return {
    calm: { ...line(w1, w2), ...databaseMicros(w1) },
    busy: { ...together(s, batched), ...databaseMicros(s) },
    connectionKb: idle.median('eachKb'),
    emptyNodeMb: idle.median('emptyMb'),
    frameBytes: w1.median('frameBytes'),
    from: { w1: w1.from, w2: w2.from, s: s.from, idle: idle.from, livestream: batched.from },
  }
}
