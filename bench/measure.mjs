// One measurement: one peer on a fresh database under one workload.
import { fileURLToPath } from 'node:url'
import { machineMicros, treeMicros } from './machine/cpu.mjs'
import { freePort, launch, LOAD_CORE, SERVICE_CORE, stop } from './machine/processes.mjs'

const loadScript = fileURLToPath(new URL('./load.mjs', import.meta.url))

export async function measure(postgres, peer, workload, { seconds, warmup }) {
  const database = `bench_${peer.name.replaceAll('-', '_')}`
  const databaseUrl = await postgres.create(database)
  const port = await freePort()
  const service = await peer.start({ databaseUrl, port, core: SERVICE_CORE })
  try {
    const clients = await service.prepare(workload)
    const { rate } = workload
    const plan = { kind: 'plan', protocol: service.protocol, port, clients, rate, seconds, warmup }
    return await underLoad(
      plan,
      () => ({ service: treeMicros(service.pid), database: treeMicros(postgres.pid) }),
      postgres,
    )
  } catch (error) {
    throw new Error(`${peer.title}, ${workload.name}: ${error.message}\n${service.log()}`, { cause: error })
  } finally {
    await service.stop()
    await postgres.drop(database)
  }
}

async function underLoad(plan, readCpu, postgres) {
  const load = launch([loadScript], { core: LOAD_CORE, ipc: true })
  const next = (kind) => nextMessage(load, kind)
  // The clocks are read when the load generator says so, right beside its own count.
  const reading = async (kind) => {
    const mark = await next(kind)
    const { service, database } = readCpu()
    return { ...mark, service, database, own: ownMicros(), machine: machineMicros() }
  }
  try {
    load.send(plan)
    await next('connected')
    await postgres.checkpoint()
    const readings = Promise.all([reading('began'), reading('ended'), next('result')])
    load.send({ kind: 'go' })
    return evaluate(...(await readings))
  } finally {
    await stop(load)
  }
}

function ownMicros() {
  const { user, system } = process.cpuUsage()
  return user + system
}

function nextMessage(child, kind) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`The load generator ended:\n${child.log()}`))
    if (child.exitCode !== null || child.signalCode) return ended()
    child.once('exit', ended)
    child.on('message', (message) => {
      if (message.kind !== kind) return
      child.off('exit', ended)
      resolve(message)
    })
  })
}

function evaluate(began, ended, result) {
  const used = (what) => ended[what] - began[what]
  const deliveries = used('deliveries')
  const micros = used('at') * 1000
  const known = used('service') + used('database') + used('cpu') + used('own')
  return {
    deliveries,
    serviceMicros: used('service') / deliveries,
    databaseMicros: used('database') / deliveries,
    totalMicros: (used('service') + used('database')) / deliveries,
    deliveriesPerSecond: (deliveries / micros) * 1e6,
    frameBytes: used('bytes') / deliveries,
    p50: result.p50,
    p99: result.p99,
    // In percent of one core.
    coreUse: ((used('service') + used('database')) / micros) * 100,
    loadUse: (used('cpu') / micros) * 100,
    strangersUse: (Math.max(0, used('machine') - known) / micros) * 100,
    lost: result.lost,
    doubled: result.doubled,
    unanswered: result.unanswered,
    failed: result.failed,
    firstFailure: result.firstFailure,
  }
}
