/** The same send by many ways at once: it is stored once, and every way is answered the same. */
import type { Fault, Stage } from '../prove.js'
import { attempt, insist, type Voice } from '../voice.js'

/** By person: they at both nodes, by both transports of Socket.IO and by REST. */
let ways: Voice[][]

export const fireOften: Fault = {
  number: 6,
  name: 'each send fired up to five times at once',
  async prepare({ cluster, load }) {
    ways = load.rooms.slice(0, 4).map((room) => {
      const [own] = room.voices as [Voice]
      const urls = cluster.nodes.map((node) => () => node.url)
      return urls.flatMap((url) =>
        (['chat', 'polling', 'rest'] as const).map((wire) => room.addAnother(wire, own, url)),
      )
    })
    await Promise.all(ways.flat().map((voice) => voice.listen()))
  },
  async inflict(stage) {
    const times = stage.inForm(30, 300)
    const fired = await Promise.all(ways.map((own) => fireAll(stage, own, times)))
    return `${4 * times} sends fired ${fired.reduce((sum, count) => sum + count, 0)} times`
  },
}

async function fireAll({ dice }: Stage, own: Voice[], times: number): Promise<number> {
  let fired = 0
  for (let n = 0; n < times; n++) {
    const id = `${own[0]!.self.userId} fires ${n}`
    const chosen = Array.from({ length: 1 + dice.below(5) }, () => dice.anyOf(own))
    const outcomes = await Promise.all(chosen.map((voice) => attempt(voice, id)))
    fired += chosen.length
    if (!outcomes.some(({ is }) => is === 'acknowledged')) await insist(own[0]!, id)
  }
  return fired
}
