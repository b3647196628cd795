/** Clients lose their connections at random, and find themselves at the other node; and one was away for long. */
import { setTimeout } from 'node:timers/promises'
import { TcpProxy } from '../../../support/proxy.js'
import { until } from '../../../support/until.js'
import type { Fault, Stage } from '../prove.js'
import { insist, type Voice } from '../voice.js'

const missed = 5000
const lanes = 25

let away: TcpProxy
let absent: Voice[]

export const cutClients: Fault = {
  number: 5,
  name: 'clients cut at random, one away for long',
  direct: true,
  clear: () => away.stop(),
  async prepare({ cluster, load }) {
    away = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(cluster.nodes[1]!.url).port) })
    const url = () => `http://127.0.0.1:${away.port}`
    absent = [await load.rooms[0]!.add('chat', url), await load.rooms[0]!.add('room', url)]
    await Promise.all(absent.map((voice) => voice.listen()))
  },
  async inflict(stage) {
    away.goAway()
    await cutThirty(stage)
    await sayMuch(stage)
    const began = performance.now()
    away.comeBack()
    const { heard, told } = stage.load.rooms[0]!.recorder.log
    const count = ({ self }: Voice) => (heard[self.name] ?? told[self.name])!.length
    await until(() => absent.every((voice) => count(voice) > missed), 'all that was missed', 60_000)
    const tookMs = performance.now() - began
    await stage.load.more(50)
    return `${missed} missed and told in ${(tookMs / 1000).toFixed(1)} s`
  },
}

/** Every fifth time the way is not cut but stalls, or takes longer, or lets nobody in any more, for a while. */
async function cutThirty({ fronts, load, dice }: Stage): Promise<void> {
  for (let time = 1; time <= 30; time++) {
    await setTimeout(dice.between(50, 400))
    const front = dice.anyOf(fronts)
    if (time % 5) await until(() => front.cutOne(dice.next), 'a connection to cut')
    else await hinder(front, time / 5, dice.between(300, 1500))
    await load.more(5)
  }
}

async function hinder(front: TcpProxy, how: number, ms: number): Promise<void> {
  if (how % 3 === 0) front.stall()
  if (how % 3 === 1) front.delay(100)
  if (how % 3 === 2) front.drain()
  if (how % 3 === 2) front.cutAll()
  await setTimeout(ms)
  front.goOn()
  front.delay(0)
  front.comeBack()
}

/** By many at once. */
async function sayMuch({ load }: Stage): Promise<void> {
  const { reader } = load.rooms[0]!
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < missed) await insist(reader, `much, ${next++}`)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
