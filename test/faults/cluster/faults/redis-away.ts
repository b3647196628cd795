/** While there is no Redis, or it has forgotten all: sends are acknowledged, and those at one node hear each other. */
import { setTimeout } from 'node:timers/promises'
import type { Node } from '../../../cluster/node.js'
import { Rest } from '../../../support/rest.js'
import { until } from '../../../support/until.js'
import type { Fault, Stage } from '../prove.js'
import { FaultRoom } from '../room.js'

export const redisAway: Fault = {
  number: 4,
  name: 'Redis hung, killed and back empty, flushed, its subscribers cut',
  async inflict(stage) {
    const { cluster, load, inForm } = stage
    const { redis } = cluster
    const acknowledged = await hung(stage, inForm(3000, 20_000))
    await redis.kill()
    await load.back()
    await redis.start()
    await load.more(50)
    redis.command('FLUSHALL')
    await load.more(50)
    for (let time = 0; time < inForm(2, 4); time++) {
      redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await setTimeout(inForm(500, 3000))
    }
    await oneWayStalls(stage)
    for (const node of cluster.nodes) await until(async () => (await ready(node)) === '200 ok', 'Redis to be known')
    return `${acknowledged} acknowledged while it hung`
  },
}

async function hung(stage: Stage, ms: number): Promise<number> {
  const { cluster, load } = stage
  const endsMs = performance.now() + ms
  cluster.redis.hang()
  const before = load.toll.acknowledged.length
  for (const node of cluster.nodes) {
    await until(async () => (await ready(node)) === '200 degraded', 'the node to say that it is degraded', 15_000)
  }
  await load.back()
  for (const node of cluster.nodes) await heardAt(node, stage)
  await setTimeout(Math.max(0, endsMs - performance.now()))
  const acknowledged = load.toll.acknowledged.length - before
  cluster.redis.goOn()
  await load.back()
  return acknowledged
}

/** One node loses its Redis, and the other one does not. */
async function oneWayStalls({ cluster, load, dice, inForm }: Stage): Promise<void> {
  const { redis } = dice.anyOf(cluster.ways)
  redis.stall()
  await setTimeout(inForm(500, 5000))
  redis.goOn()
  redis.cutAll()
  await load.back()
}

/** What one says at a node, another one hears there at once. */
async function heardAt(node: Node, { cluster, load, dice }: Stage): Promise<void> {
  const around = {
    backend: load.backend,
    toll: load.toll,
    url: () => node.url,
    databaseUrl: cluster.postgres.url,
    dice,
  }
  const room = await FaultRoom.open(`at ${node.url}`, { kind: 'group', wires: ['room', 'rooms'] }, around)
  await Promise.all(room.voices.map((voice) => voice.listen()))
  expect(await room.voices[0]!.attempt('here')).toMatchObject({ is: 'acknowledged' })
  const heard = () => Object.values(room.recorder.log.told).every((told) => told.length === 1)
  await until(heard, 'what was said at the same node')
  await Promise.all(room.voices.map((voice) => voice.stop()))
}

async function ready({ url }: Node): Promise<string> {
  const { status, body } = await new Rest(url).get('/health/ready')
  return `${status} ${body.status}`
}
