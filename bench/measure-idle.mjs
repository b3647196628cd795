// What a connection that only stays takes of the service's memory.
import { connectClients } from './machine/load-generator.mjs'
import { afterCollecting, collecting } from './machine/memory.mjs'

/**
 * The accounts are made by one process and measured on a fresh one: there what they left in the heap would be given to
 * the connections, which would seem to cost nothing. Half of the clients come first. With them the heap grows to its
 * working size and the code is compiled, which costs the same however many connections follow; the other half shows what
 * a connection takes.
 */
export async function measureIdle(start, workload) {
  const clients = await (await start()).prepare(workload)
  const service = await start(collecting)
  const { protocol, port } = service
  const connect = (some) => connectClients({ protocol, port, clients: some, seconds: 60, warmup: 0 })
  const resident = afterCollecting(service)
  const loads = []
  try {
    const empty = await resident()
    const [first, second] = halves(clients, workload)
    loads.push(await connect(first))
    const half = await resident()
    loads.push(await connect(second))
    const all = await resident()
    return { moreKb: (all - half) / second.length, eachKb: (all - empty) / clients.length, emptyMb: empty / 1024 }
  } finally {
    for (const load of loads) await load.stop()
  }
}

/** Each half in rooms of its own, so that the rooms' memory is in the second one's account, too. */
function halves(clients, { rooms, roomsEach }) {
  const circles = rooms / roomsEach // of clients that share all their rooms
  const isFirst = (_, n) => n % circles < circles / 2
  return [clients.filter(isFirst), clients.filter((one, n) => !isFirst(one, n))]
}
