import { readArguments } from './arguments.mjs'
import { peers } from './peers/index.mjs'
import { workloads } from './workloads.mjs'

const usage = `node bench/run.mjs [options]
  --peers ${peers.map((peer) => peer.name).join(',')}
                  (without it each workload has those that say something about it)
  --workloads ${workloads.map((workload) => workload.name).join(',')}
  --rounds 3      how often each peer is measured on each workload
  --seconds 6     how long one measurement lasts
  --warmup 2      seconds of the same load before it
  --no-write      print the result only, write no files to bench/results`

const defaults = { peers: undefined, workloads: undefined, rounds: '3', seconds: '6', warmup: '2' }

export function readOptions(args) {
  const told = readArguments(args, usage, defaults)
  return {
    peers: told.pick('peers', peers),
    everyPeer: told.given('peers'),
    workloads: told.pick('workloads', workloads),
    rounds: told.positive('rounds'),
    seconds: told.positive('seconds'),
    warmup: told.positive('warmup'),
    write: told.write,
  }
}
