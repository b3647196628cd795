// npm run bench: Parley beside others, in turn, on one PostgreSQL. README.md says how to read the result.
import { onPostgres } from './machine/lifetime.mjs'
import { measure } from './measure.mjs'
import { readOptions } from './options.mjs'
import { conditions } from './report/conditions.mjs'
import { judge } from './report/goals.mjs'
import { markdown, oneLine } from './report/markdown.mjs'
import { writeResults } from './report/write.mjs'

const options = readOptions(process.argv.slice(2))

await onPostgres(run, async () => {
  for (const peer of options.peers) await peer.clean?.()
})

async function run(postgres) {
  for (const peer of options.peers) await peer.build?.()
  const about = conditions(postgres, parameters(options))
  const results = []
  for (const workload of options.workloads) {
    for (let round = 1; round <= options.rounds; round++) {
      for (const peer of peersOf(workload)) {
        const result = await measure(postgres, peer, workload, options)
        results.push({ workload: workload.name, round, peer: peer.name, ...result })
        console.error(oneLine(results.at(-1)))
      }
    }
  }
  const report = markdown(about, options, results)
  console.log(report)
  if (options.write) console.error(`Written to ${writeResults(about, { goals: judge(results), results }, report)}`)
}

function peersOf({ peers }) {
  return options.everyPeer
    ? options.peers
    : options.peers.filter(({ name, aside }) => !aside && (!peers || peers.includes(name)))
}

function parameters({ rounds, seconds, warmup }) {
  return `${rounds} rounds in turn, ${seconds} s each after ${warmup} s of warm-up`
}
