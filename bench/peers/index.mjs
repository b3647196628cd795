// Who is measured. A peer is a file with a name, a title and
//   start({ databaseUrl, port }) → { pid, protocol, prepare(plan) → clients, stop() }
// where `plan` is a workload, `clients` is [{ token, rooms: [room_id] }], one each of rooms × members, in such an order
// that neighbours are in different rooms, and `protocol` is one that load.mjs speaks. Results name the first one's
// ratio to each of the others.
import { parley } from './parley.mjs'
import { tutorial } from './tutorial.mjs'

export const peers = [parley, tutorial]
