import { setTimeout } from 'node:timers/promises'
import type { Fault } from '../prove.js'

export const killPostgres: Fault = {
  number: 2,
  name: 'kill -9 PostgreSQL, and start it again',
  async inflict({ cluster: { postgres }, load, dice, inForm }) {
    const times = inForm(1, 3)
    for (let time = 0; time < times; time++) {
      await setTimeout(dice.between(0, 1000))
      await postgres.kill()
      await setTimeout(dice.between(0, 1000))
      await postgres.restart()
      await load.more(50)
    }
    return `${times} times`
  },
}
