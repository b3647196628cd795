import { setTimeout } from 'node:timers/promises'
import type { Fault } from '../prove.js'

export const killNode: Fault = {
  number: 1,
  name: 'kill -9 a node at random moments',
  async inflict({ cluster, load, dice, inForm }) {
    const times = inForm(2, 10)
    for (let time = 0; time < times; time++) {
      const node = dice.anyOf(cluster.nodes)
      await setTimeout(dice.between(0, 1000))
      await node.kill()
      await setTimeout(dice.between(0, 1000))
      await node.start()
      await load.more(20)
    }
    return `${times} times`
  },
}
