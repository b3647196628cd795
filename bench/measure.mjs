// One measurement: one peer on a fresh database under one workload.
import { kernelMicros, machineMicros, treeMicros } from './machine/cpu.mjs'
import { connectClients } from './machine/load-generator.mjs'
import { freePort, SERVICE_CORE } from './machine/processes.mjs'
import { measureIdle } from './measure-idle.mjs'

export async function measure(postgres, peer, workload, options) {
  return onDatabase(postgres, peer, workload, async (start) => {
    if (workload.idle) return measureIdle(start, workload, options)
    return evaluate(...(await readings(postgres, await start(), workload, options)))
  })
}

/** `use(start, databaseUrl)` may start the peer as often as it likes, one after the other; the last is ended here. */
export async function onDatabase(postgres, peer, workload, use) {
  const database = `bench_${peer.name.replaceAll('-', '_')}`
  const place = { databaseUrl: await postgres.create(database), core: SERVICE_CORE }
  let service
  const start = async (nodeArgs) => {
    await service?.stop()
    const port = await freePort()
    service = { port, ...(await peer.start({ ...place, port, nodeArgs })) }
    return service
  }
  try {
    return await use(start, place.databaseUrl)
  } catch (error) {
    throw new Error(`${peer.title}, ${workload.name}: ${error.message}\n${service?.log() ?? ''}`, { cause: error })
  } finally {
    await service?.stop()
    await postgres.drop(database)
  }
}

/** What all clocks and counters said when the measured seconds began and ended, and what it came to. */
export async function readings(postgres, service, workload, times) {
  const clients = await service.prepare(workload)
  const load = await connectClients(planFor(service, clients, workload, times))
  try {
    return await underLoad(postgres, service, load)
  } finally {
    await load.stop()
  }
}

/** What the load generator is told. */
export function planFor({ protocol, port }, clients, { rate, senders }, { seconds, warmup }) {
  return { protocol, port, clients, rate, senders, seconds, warmup }
}

/** The same of clients that are connected already. */
export async function underLoad(postgres, service, load) {
  // The clocks are read when the load generator says so, right beside its own count.
  const reading = async (kind) => {
    const mark = await load.next(kind)
    const { kernel, all } = kernelMicros(service.pid)
    const [ofService, database] = [treeMicros(service.pid), treeMicros(postgres.pid)]
    return { ...mark, service: ofService, kernel, all, database, own: ownMicros(), machine: machineMicros() }
  }
  await postgres.checkpoint()
  const all = Promise.all([reading('began'), reading('ended'), load.next('result')])
  load.go()
  return all
}

function ownMicros() {
  const { user, system } = process.cpuUsage()
  return user + system
}

export function evaluate(began, ended, result) {
  const used = (what) => ended[what] - began[what]
  const deliveries = used('deliveries')
  const micros = used('at')
  const known = used('service') + used('database') + used('cpu') + used('own')
  return {
    deliveries,
    serviceMicros: used('service') / deliveries,
    databaseMicros: used('database') / deliveries,
    totalMicros: (used('service') + used('database')) / deliveries,
    messagesPerSecond: (used('acknowledged') / micros) * 1e6,
    deliveriesPerSecond: (deliveries / micros) * 1e6,
    frameBytes: used('bytes') / deliveries,
    perFrame: deliveries / used('frames'),
    p50: result.p50,
    p99: result.p99,
    kernelShare: (used('kernel') / used('all')) * 100,
    // In percent of one core.
    coreUse: ((used('service') + used('database')) / micros) * 100,
    loadUse: (used('cpu') / micros) * 100,
    strangersUse: (Math.max(0, used('machine') - known) / micros) * 100,
    lost: result.lost,
    doubled: result.doubled,
    disordered: result.disordered,
    unanswered: result.unanswered,
    failed: result.failed,
    firstFailure: result.firstFailure,
  }
}
