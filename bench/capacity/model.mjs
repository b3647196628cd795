/**
 * What a deployment needs, from how many people it has and what they say. It adds up measured costs: an estimate within a
 * factor of two, of where to begin and of what breaks first, in place of a load test of one's own.
 */
import { crowdOf, spreadOver } from './people.mjs'

const mega = 1e6

/** `kind` is `calm` or `busy`. */
export function capacity(deployment, coefficients, assumed, kind = 'calm') {
  const crowd = crowdOf(deployment, assumed)
  const cost = coefficients[kind]
  const nodes = countNodes(deployment.rate, crowd, coefficients, cost, assumed)
  const roomNodes = spreadOver(nodes.count, crowd.listeners)
  return {
    ...crowd,
    nodes,
    redis: redis(deployment.rate, crowd, roomNodes, coefficients, assumed),
    postgres: postgres(deployment, crowd, roomNodes, nodes.count, cost, assumed),
  }
}

/** The more nodes, the more hints cross; so it begins with one, and adds what is lacking until that is enough. */
function countNodes(rate, crowd, { connectionKb, emptyNodeMb }, cost, assumed) {
  const kb = crowd.connections * connectionKb * assumed.memoryGrowth
  const byMemory = Math.ceil(kb / 1024 / (assumed.nodeMemoryMb * assumed.memoryUse - emptyNodeMb))
  let byCpu = 1
  let cores = nodeCores(rate, crowd, byCpu, cost, assumed)
  for (let enough; !enough;) {
    const wanted = Math.max(1, Math.ceil(cores / (assumed.nodeCores * assumed.cpuUse)))
    enough = wanted <= byCpu
    byCpu = Math.max(byCpu, wanted)
    cores = nodeCores(rate, crowd, byCpu, cost, assumed)
  }
  const needed = Math.max(byMemory, byCpu)
  const count = needed + assumed.spareNodes
  return { byMemory, byCpu, count, cores, socketsEach: crowd.connections / needed }
}

function nodeCores(rate, crowd, nodes, cost, assumed) {
  const hints = rate * (spreadOver(nodes, crowd.listeners) - 1)
  const said = rate * (cost.messageMicros + assumed.publishMicros) + hints * assumed.receiveMicros
  const heard = crowd.deliveriesPerSecond * cost.deliveryMicros
  const pings = (crowd.connections / assumed.pingSeconds) * assumed.pingMicros
  return (said + heard + pings) / mega
}

function redis(rate, crowd, roomNodes, { frameBytes }, assumed) {
  // Its own node's subscription hears a hint too.
  const hintsOut = rate * roomNodes
  const takes = rate * assumed.redisCallsPerMessage
  const said = rate * assumed.redisPublishMicros + hintsOut * assumed.redisDeliverMicros
  const cores = (said + takes * assumed.redisTakeMicros) / mega
  const subscriptions = crowd.openRooms * roomNodes
  return {
    calls: rate + takes,
    hintsOut,
    cores,
    shards: Math.max(1, Math.ceil(cores / assumed.cpuUse)),
    megabytesOut: (hintsOut * frameBytes) / mega,
    memoryMb: (subscriptions * assumed.subscriptionBytes) / mega,
  }
}

function postgres({ rate, days }, crowd, roomNodes, nodes, cost, assumed) {
  const glances = (crowd.openRooms * roomNodes) / assumed.glanceSeconds
  const glancing = (glances * assumed.glanceMicros) / mega
  const cores = (rate * cost.databaseMicros) / mega + glancing
  const terabytes = (rate * assumed.averageRate * 86_400 * days * assumed.storedBytes) / 1e12
  const forCpu = Math.ceil(cores / (assumed.postgresCores * assumed.cpuUse))
  const forDisk = Math.ceil(terabytes / assumed.postgresTerabytes)
  return {
    cores,
    glancing,
    terabytes,
    servers: { forCpu, forDisk, count: Math.max(1, forCpu, forDisk) },
    connections: nodes * assumed.poolConnections,
    walMegabytes: (rate * assumed.walBytes) / mega,
  }
}
