// npm run bench:livestream: one livestream room and its crowd, by each dialect, beside the bare libraries.
import { readArguments } from './arguments.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { openFiles, requireOpenFiles } from './machine/open-files.mjs'
import { measureLivestream } from './measure-livestream.mjs'
import { livestreamPeers } from './peers/livestream.mjs'
import { conditions } from './report/conditions.mjs'
import { judgeDialects, livestreamMarkdown } from './report/livestream.mjs'
import { oneLine } from './report/markdown.mjs'
import { writeResults } from './report/write.mjs'

const usage = `node bench/livestream.mjs [options]
  --peers ${livestreamPeers.map(({ name }) => name).join(',')}
  --viewers 5000  who only receive
  --rate 20       messages a second, from ten senders
  --rounds 3      how often each peer is measured
  --seconds 8     how long one measurement lasts
  --warmup 3      seconds of the same load before it
  --no-write      print the result only, write no files to bench/results`

const defaults = { peers: undefined, viewers: '5000', rate: '20', rounds: '3', seconds: '8', warmup: '3' }
const told = readArguments(process.argv.slice(2), usage, defaults)
const [viewers, rate, rounds] = ['viewers', 'rate', 'rounds'].map((name) => told.positive(name))
const times = { seconds: told.positive('seconds'), warmup: told.positive('warmup') }
const peers = told.pick('peers', livestreamPeers)
const SENDERS = 10
const workload = { name: 'livestream', clients: viewers + SENDERS, senders: SENDERS, rooms: 1, rate }

await onPostgres(async (postgres) => {
  requireOpenFiles(workload.clients)
  const about = { ...conditions(postgres, parameters()), 'open files': `${openFiles()} a process` }
  const results = []
  for (let round = 1; round <= rounds; round++) {
    for (const peer of peers) {
      const result = await measureLivestream(postgres, peer, workload, times)
      results.push({ workload: workload.name, round, peer: peer.name, ...result })
      console.error(oneLine(results.at(-1)))
    }
  }
  const report = livestreamMarkdown(about, { viewers, rate }, peers, results)
  console.log(report)
  const all = { goals: judgeDialects(peers, results), results }
  if (told.write) console.error(`Written to ${writeResults(about, all, report, '-livestream')}`)
})

function parameters() {
  const { seconds, warmup } = times
  return `${viewers} viewers, ${rate} messages a second from ${SENDERS} senders; ${rounds} rounds in turn, ${seconds} s each after ${warmup} s of warm-up`
}
