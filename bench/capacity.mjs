// What a deployment needs: nodes, memory, Redis, PostgreSQL. `npm run capacity -- --help`.
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { assumptions, valuesOf } from './capacity/assumptions.mjs'
import { coefficientsOf, resultsIn } from './capacity/coefficients.mjs'
import { capacity } from './capacity/model.mjs'
import { capacityTable, deploymentTable } from './capacity/report.mjs'

const results = fileURLToPath(new URL('results', import.meta.url))
const assumed = valuesOf(assumptions)

const usage = `node bench/capacity.mjs [options]
  --users 100000       people of all tenants
  --connected 0.2      share of them who are connected at the peak
  --rooms 30000        (else as many as make each person a member of three)
  --members 10         members of a room
  --rate 100           messages a second of all of them at the peak
  --days 365           how long messages are kept
  --results bench/results
                       where it finds what was measured
  --json               the figures, for programs`

const refuse = (why) => {
  console.error(`${why}\n${usage}`)
  process.exit(2)
}

function readDeployment(values) {
  const positive = (name, most = Infinity) => {
    const value = Number(values[name])
    return value > 0 && value <= most
      ? value
      : refuse(`--${name} must be a number above 0${most === 1 ? ', up to 1' : ''}.`)
  }
  const [users, members] = [positive('users'), positive('members')]
  const rooms = values.rooms === undefined ? Math.ceil((users * assumed.openedRooms) / members) : positive('rooms')
  return { users, connected: positive('connected', 1), rooms, members, rate: positive('rate'), days: positive('days') }
}

const text = (value) => ({ type: 'string', ...(value && { default: value }) })
const { values } = parseArgs({
  options: {
    users: text('100000'),
    connected: text('0.2'),
    rooms: text(),
    members: text('10'),
    rate: text('100'),
    days: text('365'),
    results: text(results),
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const deployment = readDeployment(values)
const coefficients = coefficientsOf(resultsIn(values.results))
const [calm, busy] = ['calm', 'busy'].map((kind) => capacity(deployment, coefficients, assumed, kind))
if (values.json) console.log(JSON.stringify({ deployment, coefficients, assumed, calm, busy }, null, 2))
else {
  console.log(deploymentTable([{ title: 'for', deployment }]))
  console.log(`\n${capacityTable([{ title: 'needs', calm, busy }])}`)
  console.log('\ndocs/SCALING.md says what of this is measured, what is assumed, and what breaks first.')
}
