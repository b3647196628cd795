// Who is measured. A peer is a file with a name, a title and
//   start({ databaseUrl, port, core, nodeArgs }) → { pid, protocol, log(), prepare(workload) → clients, stop() }
// where `clients` is [{ token, rooms: [room_id] }], one for each client of the workload, in its rooms (`roomsOf`), good
// for every later start on the same database; and `protocol` is one that load.mjs speaks. One that `storesNothing` says
// so; one that is measured only if it is named, that it stands `aside`. Results name the first one's ratio to each of the others.
import { socketIo, socketIoInsert, ws } from './bare.mjs'
import { parley, withoutPolicies } from './parley.mjs'
import { tutorial } from './tutorial.mjs'

export const peers = [parley, tutorial, socketIoInsert, socketIo, ws, withoutPolicies]
