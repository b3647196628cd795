// The load generator: a process of its own. The bench sends it a plan, then "go"; it reports over the same channel.
// Before "go" its clients are connected, in their rooms, and silent.
import { JsonClient } from './load/json.mjs'
import { PlainClient } from './load/plain.mjs'
import { SocketIoClient } from './load/socket-io.mjs'
import { Traffic } from './load/traffic.mjs'
import { received } from './load/websocket.mjs'

const protocols = { 'socket.io': SocketIoClient, json: JsonClient, plain: PlainClient }
const AT_ONCE = 50
const DRAIN_SECONDS = 10
const CONNECT_SECONDS = 60

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const heard = (kind) =>
  new Promise((resolve) => {
    const listen = (message) => message.kind === kind && (process.off('message', listen), resolve(message))
    process.on('message', listen)
  })

// Whatever becomes of the bench, nobody is left behind.
process.on('disconnect', () => process.exit(1))

const plan = await heard('plan')
setTimeout(
  () => fail('It took too long'),
  (CONNECT_SECONDS + plan.warmup + plan.seconds + DRAIN_SECONDS) * 1000,
).unref()
const traffic = new Traffic(plan)
let over = false
await connectAll()

const go = heard('go')
process.send({ kind: 'connected' })
await go

traffic.start()
await sleep(plan.warmup)
traffic.recording = true
mark('began')
await sleep(plan.seconds)
traffic.recording = false
mark('ended')
const balance = await traffic.stop(DRAIN_SECONDS)
over = true
const [p50, p99] = traffic.latencies.percentiles(50, 99)
const { failed, firstFailure } = traffic
process.send({ kind: 'result', p50, p99, failed, firstFailure, ...balance })

function mark(kind) {
  const { user, system } = process.cpuUsage()
  const { deliveries, acknowledged, bytes } = traffic
  // Of the clock that all processes of the machine share.
  const at = Number(process.hrtime.bigint() / 1000n)
  process.send({ kind, at, deliveries, acknowledged, bytes, frames: received.frames, cpu: user + system })
}

async function connectAll() {
  const { port, protocol } = plan
  const places = plan.clients.map((one) => ({ protocol, ...one, ...traffic.member(one) }))
  const next = places.values()
  const worker = async () => {
    for (const { attach, ...place } of next) {
      attach(await protocols[place.protocol].connect({ ...place, port, onEnd: lostOne }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

// A peer that drops a client under load has failed the measurement.
function lostOne(reason) {
  if (!over) fail(`A client lost its connection: ${reason}`)
}

function fail(reason) {
  console.error(reason)
  process.exit(1)
}
