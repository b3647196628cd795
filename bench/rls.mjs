// npm run bench:rls: what row-level security, and naming the tenants of each statement, cost on a message's way.
import 'reflect-metadata'
import { loadConfig } from '../dist/infra/config.js'
import { migrate } from '../dist/infra/database/migrate.js'
import { readArguments } from './arguments.mjs'
import { treeMicros } from './machine/cpu.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { conditions } from './report/conditions.mjs'
import { rlsMarkdown } from './report/rls.mjs'
import { writeResults } from './report/write.mjs'
import { fillTenants } from './rls/fill.mjs'
import { repositoriesOf, statements } from './rls/statements.mjs'
import { makeBypassing, pidsOf, ways } from './rls/ways.mjs'

const usage = `node bench/rls.mjs [options]
  --rounds 25     how often each statement is measured in each way
  --times 200     how often it is asked in one measurement; of many messages at once, so many messages ten times
  --no-write      print the result only, write no files to bench/results`

const told = readArguments(process.argv.slice(2), usage, { rounds: '25', times: '200' })
const [rounds, times] = [told.positive('rounds'), told.positive('times')]
const TENANTS = 100
// Rounds of asking before it is measured: so long Node's compiler takes for all of it.
const WARMUP = 15

await onPostgres(async (postgres) => {
  const about = conditions(postgres, `${times} times each statement in each way in turn, in ${rounds} rounds`)
  const url = await postgres.create('bench_rls')
  const config = loadConfig({ DATABASE_URL: url }, false)
  await migrate(config)
  await makeBypassing(url, config)
  const rooms = await fillTenants(url, TENANTS)
  const open = await Promise.all(ways.map(async (way) => ({ ...way, ...(await way.open(config)) })))
  const results = []
  for (const { title, ask, share = 1 } of statements) {
    const measured = await measureInTurn(open, (way, n) => ask(repositoriesOf(way.database), rooms, n), share)
    results.push({ title, ways: measured })
    console.error(title)
  }
  for (const way of open) await way.close()
  const report = rlsMarkdown(about, ways, results)
  console.log(report)
  if (told.write) console.error(`Written to ${writeResults(about, { results }, report, '-rls')}`)
})

/** Whatever happens to the machine happens to all ways. Backwards every other round; the first is long, and warms up. */
async function measureInTurn(open, ask, share) {
  const count = Math.max(1, Math.round((share === 1 ? times : times * 10) / share))
  const measured = Object.fromEntries(open.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const way of round % 2 ? open.toReversed() : open) {
      const took = await measure(way, ask, round ? count : count * WARMUP)
      if (round) measured[way.name].push(took)
    }
  }
  return measured
}

/** CPU µs of one asking: of the database's processes that serve it, and of this one. */
async function measure(way, ask, count) {
  const pids = await pidsOf(way.database)
  const read = () => {
    const { user, system } = process.cpuUsage()
    return {
      database: pids.reduce((sum, pid) => sum + treeMicros(pid), 0),
      node: user + system,
      at: performance.now(),
    }
  }
  const began = read()
  for (let n = 0; n < count; n++) if (!(await ask(way, n))) throw new Error('What was asked was not answered in full')
  const ended = read()
  const used = (what) => (ended[what] - began[what]) / count
  const [database, node] = [used('database'), used('node')]
  return { database, node, total: database + node, ms: used('at') }
}
