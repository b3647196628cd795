// One measurement of a crowd: what its messages cost, and what a connection takes while it waits for them.
import { connectClients } from './machine/load-generator.mjs'
import { afterCollecting, collecting } from './machine/memory.mjs'
import { evaluate, onDatabase, planFor, underLoad } from './measure.mjs'

export async function measureLivestream(postgres, peer, workload, times) {
  return onDatabase(postgres, peer, workload, async (start) => {
    const accounts = await (await start()).prepare(workload)
    const clients = accounts.map((one) => ({ numbered: peer.numbered, ...one }))
    // On a fresh process, as in measure-idle.mjs.
    const service = await start(collecting)
    const resident = afterCollecting(service)
    const empty = await resident()
    const load = await connectClients(planFor(service, clients, workload, times))
    try {
      const eachKb = ((await resident()) - empty) / clients.length
      return { ...evaluate(...(await underLoad(postgres, service, load))), eachKb, emptyMb: empty / 1024 }
    } finally {
      await load.stop()
    }
  })
}
