// npm run bench:profile: where the microseconds go. Runs workloads against Parley under `node --cpu-prof`, draws a flame
// graph of the measured seconds into docs/, and prints what took most.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { evaluate, onDatabase, readings } from './measure.mjs'
import { parley } from './peers/parley.mjs'
import { conditions } from './report/conditions.mjs'
import { hottest, readProfile } from './report/cpu-profile.mjs'
import { drawFlame } from './report/flame.mjs'
import { number } from './report/format.mjs'
import { workloads } from './workloads.mjs'

const usage = `node bench/profile.mjs [options]
  --workloads w3,s   any of ${workloads.map(({ name }) => name).join(',')} but idle
  --seconds 8        how long is profiled
  --warmup 5         seconds of the same load before it
  --interval 200     microseconds between two samples
  --no-write         print what took most, draw nothing`

const told = readArguments(process.argv.slice(2), usage, {
  workloads: 'w3,s',
  seconds: '8',
  warmup: '5',
  interval: '200',
})
const times = { seconds: told.positive('seconds'), warmup: told.positive('warmup') }
const interval = told.positive('interval')
const chosen = told.pick(
  'workloads',
  workloads.filter(({ idle }) => !idle),
)
const root = new URL('..', import.meta.url).href
const MOST = 25
const isIdle = ({ name }) => name === '(idle)'

await onPostgres(async (postgres) => {
  const { revision, machine, node } = conditions(postgres)
  for (const workload of chosen) {
    const { tree, figures } = await profiled(postgres, workload)
    const subtitle = describe(tree, figures)
    console.log(`\n${workload.title}\n${subtitle}\n\n${hotTable(tree)}`)
    if (!told.write) continue
    const file = new URL(`../docs/flame-${workload.name}.svg`, import.meta.url)
    const title = `Parley, ${workload.title} (${revision}; Node ${node}, ${machine})`
    await writeFile(file, drawFlame(tree, { title, subtitle }))
    console.error(`Written to docs/flame-${workload.name}.svg`)
  }
})

async function profiled(postgres, workload) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-profile-'))
  try {
    return await onDatabase(postgres, parley, workload, async (start) => {
      const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${interval}`]
      const service = await start(args)
      const [began, ended, result] = await readings(postgres, service, workload, times)
      // It writes the profile when it ends.
      await service.stop()
      const [file] = await readdir(folder)
      const profile = JSON.parse(await readFile(join(folder, file), 'utf8'))
      const tree = withoutIdle(readProfile(profile, { from: began.at, to: ended.at, root }))
      return { tree, figures: evaluate(began, ended, result) }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function withoutIdle(tree) {
  const idle = tree.children.filter(isIdle).reduce((sum, { total }) => sum + total, 0)
  const children = tree.children.filter((child) => !isIdle(child))
  return { ...tree, name: 'all', total: tree.total - idle, idle, children }
}

function describe({ total, idle }, figures) {
  const { serviceMicros, databaseMicros, deliveriesPerSecond, kernelShare } = figures
  return (
    `${number(total / 1e6)} s busy, ${number(idle / 1e6)} s idle (left out); ` +
    `${number(kernelShare)} % of its CPU in the kernel; ${number(deliveriesPerSecond)} deliveries/s at ` +
    `${number(serviceMicros)} µs, the profiler’s own cost included (and ${number(databaseMicros)} µs of the database)`
  )
}

function hotTable(tree) {
  const { functions, owners } = hottest(tree)
  const line = ([name, micros]) => `${((micros / tree.total) * 100).toFixed(1).padStart(5)} %  ${name}`
  return ['By whose code it is:', ...owners.map(line), '', 'By function:', ...functions.slice(0, MOST).map(line)].join(
    '\n',
  )
}
