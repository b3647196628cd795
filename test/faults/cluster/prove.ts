/** One fault: a cluster, people who talk, what is done to it, and whether all that was promised was kept. */
import { appendFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Violation } from '../../checker/violation.js'
import { Cluster, type Plan } from '../../cluster/cluster.js'
import { TcpProxy } from '../../support/proxy.js'
import { endAll } from '../../support/process.js'
import { Dice, seed } from './dice.js'
import { Load } from './load.js'
import { asLines } from './table.js'
import type { Row } from './toll.js'

export interface Stage {
  cluster: Cluster
  load: Load
  /** Between clients and nginx, or each of the nodes. */
  fronts: TcpProxy[]
  dice: Dice
  /** This many in each `npm test`, and that many in the long form. */
  inForm: (short: number, long: number) => number
}

export interface Fault {
  /** As the issue has them. */
  number: number
  name: string
  plan?: () => Plan
  /** What was made for it, when the cluster has ended. */
  clear?: () => unknown
  /** Clients connect to the nodes themselves, to one after the other, by ways that can be cut. */
  direct?: boolean
  /** Before the first message is sent. */
  prepare?: (stage: Stage) => Promise<void>
  /** Is every change told to who listens? Not where an answer of the database can be lost, or what the bus says. */
  everyRevLive?: boolean
  /** Does it, and says what was measured beside what is measured of all. When it returns, nothing is wrong any more. */
  inflict: (stage: Stage) => Promise<string>
  /** Where it cannot be done: why. */
  impossible?: () => string | null
}

export const quietMs = 10_000

const isLong = process.env['FAULTS'] === 'long'

/** A proof of one fault, on a cluster of its own. */
export function proveAlone(fault: Fault): void {
  const reason = fault.impossible?.() ?? null
  const name = `${fault.number}. ${fault.name}`
  const test = reason ? it.skip : it
  test(
    reason ? `${name} (not here: ${reason})` : name,
    async () => {
      const cluster = await Cluster.start({ tampered: true, ...fault.plan?.() })
      try {
        await prove(fault, cluster)
      } finally {
        await cluster.stop()
        await fault.clear?.()
      }
    },
    300_000,
  )
  afterAll(endAll)
}

export async function prove(fault: Fault, cluster: Cluster): Promise<void> {
  const label = `${String(fault.number).padStart(2, '0')} ${fault.name}`
  process.stdout.write(`${label}: SEED=${seed}\n`)
  const addresses = fault.direct ? cluster.nodes.map((node) => node.url) : [cluster.url]
  const fronts = await Promise.all(addresses.map(frontOf))
  const wayOf = (): (() => string) => {
    let next = 0
    return () => `http://127.0.0.1:${fronts[next++ % fronts.length]!.port}`
  }
  const setting = { fault: label, url: wayOf(), wayOf, databaseUrl: cluster.postgres.url }
  const load = await Load.open(setting)
  try {
    await underLoad(fault, { cluster, load, fronts, dice: new Dice(label), inForm }, label)
  } finally {
    await load.leave()
    await Promise.all(fronts.map((front) => front.stop()))
  }
}

async function underLoad(fault: Fault, stage: Stage, label: string): Promise<void> {
  const { load } = stage
  await fault.prepare?.(stage)
  load.start()
  await load.more(inForm(40, 100))
  const more = await fault.inflict(stage)
  const backMs = await load.back()
  await load.stop()
  const wholeMs = await wholeAgain(load, fault.everyRevLive ?? false)
  report(load.toll.row(label, backMs, wholeMs, more))
}

const frontOf = (url: string): Promise<TcpProxy> =>
  TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(url).port) })

const inForm = (short: number, long: number): number => (isLong ? long : short)

/** Within ten quiet seconds everybody has heard all, and in the long form it is still so at their end. */
async function wholeAgain(load: Load, everyRevLive: boolean): Promise<number> {
  const began = performance.now()
  await Promise.all(load.rooms.map(({ reader }) => reader.readAll()))
  let wrong = await violationsOf(load, everyRevLive)
  while (wrong.length && performance.now() - began < quietMs) {
    await setTimeout(200)
    wrong = await violationsOf(load, everyRevLive)
  }
  const wholeMs = performance.now() - began
  if (isLong && !wrong.length) {
    await setTimeout(Math.max(0, quietMs - wholeMs))
    wrong = await violationsOf(load, everyRevLive)
  }
  expect(wrong.slice(0, 20)).toEqual([])
  expect(load.toll.acknowledged.length).toBeGreaterThan(100)
  return wholeMs
}

async function violationsOf({ rooms }: Load, everyRevLive: boolean): Promise<Violation[]> {
  return (await Promise.all(rooms.map((room) => room.violations(everyRevLive)))).flat()
}

/** A line for who watches, and one for the table of `scripts/faults.mjs`. */
function report(row: Row): void {
  process.stdout.write(`${asLines([row]).join('\n')}\n`)
  const file = process.env['FAULTS_TABLE']
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`)
}
