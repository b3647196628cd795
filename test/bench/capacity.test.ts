/** The capacity model, computed by hand beside it. What it reads here is in `results`, in round figures. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const results = 'test/bench/results'

/** What a function of bench/capacity answers, in a Node of its own: Jest takes no ES modules. */
function call(file: string, name: string, ...args: unknown[]): any {
  const code = `import * as module from './bench/capacity/${file}'
    console.log(JSON.stringify(module.${name}(...JSON.parse(process.argv[1]))))`
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', code, JSON.stringify(args)])
  return JSON.parse(String(answer))
}

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['bench/capacity.mjs', '--results', results, ...args], { encoding: 'utf8' })

const figures = (...args: string[]): any => JSON.parse(run('--json', ...args).stdout)

const measured = {
  calm: { messageMicros: 500, deliveryMicros: 10, databaseMicros: 400 },
  busy: { messageMicros: 60, deliveryMicros: 2.5, databaseMicros: 80 },
  connectionKb: 40,
  emptyNodeMb: 100,
  frameBytes: 600,
}

const assumed = {
  socketsPerPerson: 1,
  openedRooms: 3,
  nodeCores: 1,
  nodeMemoryMb: 1000,
  memoryUse: 0.5,
  memoryGrowth: 1,
  cpuUse: 0.5,
  spareNodes: 1,
  pingSeconds: 10,
  pingMicros: 10,
  publishMicros: 20,
  receiveMicros: 40,
  redisPublishMicros: 5,
  redisDeliverMicros: 3,
  redisCallsPerMessage: 2,
  redisTakeMicros: 10,
  subscriptionBytes: 300,
  glanceSeconds: 5,
  glanceMicros: 8,
  poolConnections: 12,
  averageRate: 0.5,
  storedBytes: 1000,
  walBytes: 2000,
  postgresTerabytes: 1,
  postgresCores: 4,
}

const deployment = { users: 200_000, connected: 0.1, rooms: 100_000, members: 2, rate: 1000, days: 100 }

it('takes its coefficients from the newest run of each workload, as the median of its rounds', () => {
  expect(figures().coefficients).toEqual({
    ...measured,
    from: {
      w1: '2026-01-02T00-00-00.json',
      w2: '2026-01-02T00-00-00.json',
      s: '2026-01-02T00-00-00.json',
      idle: '2026-01-02T00-00-00.json',
      livestream: '2025-12-31T00-00-00-livestream.json',
    },
  })
})

it('says who is there, and who hears a message', () => {
  const { connections, openRooms, listeners, deliveriesPerSecond } = call('people.mjs', 'crowdOf', deployment, assumed)
  expect(connections).toBeCloseTo(20_000)
  expect(openRooms).toBeCloseTo(100_000 * (1 - 0.9 ** 2))
  expect(listeners).toBeCloseTo(1.1)
  expect(deliveriesPerSecond).toBeCloseTo(1100)
  expect(call('people.mjs', 'crowdOf', { ...deployment, rooms: 1_000_000 }, assumed).listeners).toBeCloseTo(1.03)
})

it('counts nodes by memory and by CPU, and one to spare', () => {
  const { nodes } = call('model.mjs', 'capacity', deployment, measured, assumed)
  // 20,000 × 40 KB in 400 MB each; 0.52 for messages, 0.011 for deliveries, 0.02 for pings, 0.0027 for hints, in 0.5 each.
  expect(nodes).toMatchObject({ byMemory: 2, byCpu: 2, count: 3, socketsEach: 10_000 })
  expect(nodes.cores).toBeCloseTo(0.5537, 4)
  expect(call('model.mjs', 'capacity', deployment, measured, assumed, 'busy').nodes.byCpu).toBe(1)
})

it('counts what Redis and PostgreSQL have to do', () => {
  const { redis, postgres } = call('model.mjs', 'capacity', deployment, measured, assumed)
  const heardOn = 3 * (1 - (2 / 3) ** 1.1)
  expect(redis).toMatchObject({ calls: 3000, shards: 1 })
  expect(redis.hintsOut).toBeCloseTo(1000 * heardOn)
  expect(redis.cores).toBeCloseTo((1000 * 5 + 2000 * 10 + 1000 * heardOn * 3) / 1e6)
  expect(redis.memoryMb).toBeCloseTo((19_000 * heardOn * 300) / 1e6)
  expect(postgres.cores).toBeCloseTo(0.4 + (19_000 * heardOn * 8) / 5 / 1e6)
  // 500 messages a second on average, for 100 days, of 1,000 bytes.
  expect(postgres).toMatchObject({ terabytes: 4.32, servers: { forCpu: 1, forDisk: 5, count: 5 }, connections: 36 })
})

it('says how far one of each goes', () => {
  const most = call('ceilings.mjs', 'ceilings', measured, assumed)
  // 400 MB at 40 KB each; half a core at 500 and at 10 µs; at 5 µs a hint, 10 µs for each of two calls and 3 µs for each of two nodes.
  expect(most).toMatchObject({ connections: 10_240, sends: { calm: 1000 }, deliveries: { calm: 50_000 } })
  expect(most.redisHints.two).toBeCloseTo(500_000 / 31)
  expect(most.postgresMessages.calm).toBe(5000)
})

it('never needs less for more', () => {
  const more = ['users', 'connected', 'rate', 'members'] as const
  const needs = (one: object): number[] => {
    const { nodes, redis, postgres } = call('model.mjs', 'capacity', one, measured, assumed)
    return [nodes.count, redis.cores, postgres.cores]
  }
  const before = needs(deployment)
  for (const name of more) {
    needs({ ...deployment, [name]: deployment[name] * 3 }).forEach((need, n) =>
      expect(need).toBeGreaterThanOrEqual(before[n]!),
    )
  }
})

it('assumes nothing that it does not use', () => {
  const code = ['people', 'model', 'ceilings'].map((name) => readFileSync(`bench/capacity/${name}.mjs`, 'utf8')).join()
  const names = Object.keys(figures().assumed)
  expect(names).toEqual(expect.arrayContaining(Object.keys(assumed)))
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
})

it.each([
  ['--users', '0'],
  ['--connected', '1.5'],
  ['--rate', 'many'],
])('refuses %s %s', (...args) => {
  const { status, stderr } = run(...args)
  expect(status).toBe(2)
  expect(stderr).toContain(`${args[0]} must be a number`)
})

it('says what is needed', () => {
  const { status, stdout } = run('--users', '10000', '--rate', '50')
  expect(status).toBe(0)
  expect(stdout).toMatch(/\*\*nodes\*\* +\| +\*\*2\*\*/)
})
