/** While there is no PostgreSQL: everybody is told so in time, and nothing grows and nobody goes. */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { rowsOf } from '../../../support/database.js'
import type { Fault, Stage } from '../prove.js'

const awayMs = 20_000
/** How soon a send must have failed, and everything be back. */
const mostMs = 5000

export const postgresAway: Fault = {
  number: 3,
  name: 'PostgreSQL stopped, hung, its connections terminated',
  async inflict(stage) {
    const { postgres } = stage.cluster
    const stopped = await without(stage, () => postgres.stop().then(() => () => postgres.restart()))
    const hung = await without(stage, () => postgres.hang())
    for (let second = 0; second < awayMs / 1000; second++) {
      await terminateAll(postgres.url)
      await setTimeout(1000)
    }
    return `stopped: ${stopped}; hung: ${hung}`
  },
}

/** What `goAway` answers brings it back. */
async function without(stage: Stage, goAway: () => Promise<() => unknown>): Promise<string> {
  const { load, cluster } = stage
  const { toll } = load
  const memory = (): number => Math.max(...cluster.nodes.map(({ pid }) => residentBytes(pid)))
  const [cutsBefore, memoryBefore] = [toll.cuts.length, memory()]
  const comeBack = await goAway()
  const from = performance.now()
  await setTimeout(awayMs)
  const to = performance.now()
  expect(memory() - memoryBefore).toBeLessThan(64_000_000)
  expect(toll.cuts.slice(cutsBefore)).toEqual([])
  await comeBack()
  const backMs = await load.back()
  expect(backMs).toBeLessThan(mostMs)
  const slowestMs = slowestRefusal(stage, from, to)
  return `refused in ${seconds(slowestMs)} at most, back in ${seconds(backMs)}`
}

/** Who began while it was away was told in time that it was, and that they may try again. */
function slowestRefusal({ load }: Stage, from: number, to: number): number {
  const meanwhile = load.toll.attempts.filter(({ beganMs }) => beganMs > from && beganMs < to - mostMs)
  const others = meanwhile.filter(({ outcome }) => outcome.is !== 'refused' || !outcome.retryable)
  expect(meanwhile.length).toBeGreaterThan(20)
  expect(others.map(({ voice, outcome }) => [voice.wire, outcome])).toEqual([])
  const slowestMs = Math.max(...meanwhile.map(({ beganMs, endedMs }) => endedMs - beganMs))
  expect(slowestMs).toBeLessThan(mostMs)
  return slowestMs
}

const terminateAll = (url: string): Promise<unknown> =>
  rowsOf(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'parley'`,
  )

const residentBytes = (pid: number): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
