import { parseArgs } from 'node:util'
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

export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      peers: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '6' },
      warmup: { type: 'string', default: '2' },
      'no-write': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  return {
    peers: pick(peers, values.peers, 'peer'),
    everyPeer: values.peers !== undefined,
    workloads: pick(workloads, values.workloads, 'workload'),
    rounds: positive(values.rounds, 'rounds'),
    seconds: positive(values.seconds, 'seconds'),
    warmup: positive(values.warmup, 'warmup'),
    write: !values['no-write'],
  }
}

function pick(all, names, what) {
  if (!names) return all
  return names.split(',').map((name) => {
    const found = all.find((one) => one.name === name)
    if (!found) refuse(`There is no ${what} "${name}".`)
    return found
  })
}

function positive(text, what) {
  const number = Number(text)
  if (!(number > 0)) refuse(`--${what} must be a number above 0.`)
  return number
}

function refuse(why) {
  console.error(`${why}\n${usage}`)
  process.exit(2)
}
