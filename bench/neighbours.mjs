// npm run bench:neighbours: what one tenant's talk feels of another tenant's flood. README.md says how to read the result.
import { readArguments } from './arguments.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { onDatabase } from './measure.mjs'
import { floods } from './neighbours/floods.mjs'
import { startChild } from './neighbours/child.mjs'
import { neighbours } from './peers/neighbours.mjs'
import { conditions } from './report/conditions.mjs'
import { judgeNeighbours, neighboursMarkdown } from './report/neighbours.mjs'
import { writeResults } from './report/write.mjs'

const usage = `node bench/neighbours.mjs [options]
  --floods ${floods.map(({ name }) => name).join(',')}
  --clients 50    of the quiet tenant, in rooms of ten
  --rate 20       messages a second of theirs, in all
  --rounds 10     how often each flood comes and goes
  --seconds 4     how long it lasts, and how long it is quiet before
  --no-write      print the result only, write no files to bench/results`

const told = readArguments(process.argv.slice(2), usage, {
  floods: undefined,
  clients: '50',
  rate: '20',
  rounds: '10',
  seconds: '4',
})
const [clients, rate] = [told.positive('clients'), told.positive('rate')]
const [rounds, seconds] = [told.positive('rounds'), told.positive('seconds')]
const FLOODERS = { clients: 60, rooms: 6 }
/** Until a flood has begun, and until what it left behind is done. */
const SETTLE_SECONDS = 1

await onPostgres(async (postgres) => {
  const about = conditions(postgres, parameters())
  const results = []
  for (const flood of told.pick('floods', floods)) {
    results.push(...(await onDatabase(postgres, neighbours, { name: flood.name }, (start) => measure(start, flood))))
  }
  const report = neighboursMarkdown(about, floods, results)
  console.log(report)
  const all = { goals: judgeNeighbours(floods, results), results }
  if (told.write) console.error(`Written to ${writeResults(about, all, report, '-neighbours')}`)
})

/** Quiet, flood, quiet, flood …: what drifts with the machine meets both of a round alike. */
async function measure(start, flood) {
  const service = await start()
  const quiet = { clients, rooms: Math.ceil(clients / 10) }
  const accounts = await service.prepare({ quiet, flood: { ...FLOODERS, limits: flood.limits } })
  const [ours, theirs] = [
    await startChild('quiet', { port: service.port, clients: accounts.quiet, rate }),
    await startChild('flood', { port: service.port, clients: accounts.flood, pace: flood.pace }),
  ]
  try {
    return await inTurn(flood, ours, theirs)
  } finally {
    await Promise.all([ours.stop(), theirs.stop()])
  }
}

async function inTurn(flood, ours, theirs) {
  const results = []
  for (let round = 1; round <= rounds; round++) {
    await ours.ask('measure', { seconds: SETTLE_SECONDS })
    const alone = await ours.ask('measure', { seconds })
    await theirs.ask('begin')
    await ours.ask('measure', { seconds: SETTLE_SECONDS })
    const beside = await ours.ask('measure', { seconds })
    const { did, ms } = await theirs.ask('end')
    results.push({ flood: flood.name, round, alone, beside, did, floodMs: ms })
    console.error(`${flood.name} ${round}: p99 ${alone.p99.toFixed(1)} → ${beside.p99.toFixed(1)} ms`)
  }
  return results
}

function parameters() {
  return (
    `${clients} quiet clients with ${rate} messages a second, ${FLOODERS.clients} that flood; ` +
    `${rounds} rounds of ${seconds} s alone and ${seconds} s beside the flood, ${SETTLE_SECONDS} s before each`
  )
}
