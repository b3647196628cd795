// npm run bench: Parley beside others, in turn, on one PostgreSQL. README.md says how to read the result.
import { startPostgres } from './machine/postgres.mjs'
import { stopAll } from './machine/processes.mjs'
import { measure } from './measure.mjs'
import { readOptions } from './options.mjs'
import { conditions } from './report/conditions.mjs'
import { judge } from './report/goals.mjs'
import { markdown, oneLine } from './report/markdown.mjs'
import { writeResults } from './report/write.mjs'

const options = readOptions(process.argv.slice(2))
let starting
let cleaning

// However it ends, what was started is ended and what was made is removed, once.
const cleanUp = () => (cleaning ??= cleanUpOnce())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(130, 'Stopping…'))
process.on('uncaughtException', (error) => void end(1, error))

try {
  await run()
} catch (error) {
  if (!cleaning) console.error(error.message)
  process.exitCode = 1
}
await cleanUp()

async function run() {
  for (const peer of options.peers) await peer.build?.()
  starting = startPostgres()
  const postgres = await starting
  const about = conditions(postgres, options)
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
  return options.everyPeer ? options.peers : options.peers.filter(({ name }) => !peers || peers.includes(name))
}

async function end(code, why) {
  console.error(why)
  try {
    await cleanUp()
  } finally {
    process.exit(code)
  }
}

async function cleanUpOnce() {
  await stopAll()
  const postgres = await starting?.catch(() => undefined)
  await postgres?.stop()
  for (const peer of options.peers) await peer.clean?.()
}
