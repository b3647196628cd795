/** The clock of one node is minutes ahead, and then minutes behind. */
import { Rest } from '../../../support/rest.js'
import type { Fault, Stage } from '../prove.js'
import { made, person } from '../room.js'

const minutes = 7

/** Tells the process another time than the machine's. */
const shifted = (byMinutes: number): Record<string, string> => {
  const script = `
    const RealDate = Date
    const byMs = ${byMinutes * 60_000}
    globalThis.Date = class Date extends RealDate {
      constructor(...parts) {
        super(...(parts.length ? parts : [RealDate.now() + byMs]))
      }
      static now() {
        return RealDate.now() + byMs
      }
    }`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}` }
}

export const wrongClock: Fault = {
  number: 10,
  name: 'a clock wrong by minutes on one node',
  plan: () => ({ settingsOf: (index) => (index === 1 ? shifted(minutes) : {}) }),
  async inflict(stage) {
    const { cluster, load } = stage
    await tokensCount(stage)
    await load.more(600)
    const [, wrong] = cluster.nodes
    await wrong!.stop()
    await wrong!.start(shifted(-minutes))
    await tokensCount(stage)
    await load.more(600)
    return `${minutes} minutes ahead, then behind`
  },
}

/** What either node mints is good at the other. */
async function tokensCount({ cluster, load }: Stage): Promise<void> {
  const urls = cluster.nodes.map(({ url }) => url)
  for (const [minter, taker] of [urls, urls.toReversed()] as [string, string][]) {
    const { token } = await person(new Rest(minter, load.backend.headers), 'Somebody')
    await made(new Rest(taker, { authorization: `Bearer ${token}` }).get('/user/me'))
  }
}
