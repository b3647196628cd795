// The model's answers as tables, for a terminal and for docs/SCALING.md.
import { number, tableOf } from '../report/format.mjs'

const whole = (value) => Math.ceil(value).toLocaleString('en')

/** From little to much, whatever the unit. */
const bytes = (megabytes) => {
  if (megabytes >= 1e6) return `${number(megabytes / 1e6)} TB`
  return megabytes >= 1000 ? `${number(megabytes / 1000)} GB` : `${number(megabytes)} MB`
}

const range = (one, other) => (one === other ? one : `${one} (busy: ${other})`)

/** Each row: what it is, and how it is read from what the calm and the busy model say. */
const rows = [
  ['sockets', ({ connections }) => whole(connections)],
  ['open rooms', ({ openRooms }) => whole(openRooms)],
  ['sockets that hear a message', ({ listeners }) => number(listeners)],
  ['deliveries a second', ({ deliveriesPerSecond }) => whole(deliveriesPerSecond)],
  ['**nodes**', ({ nodes }) => `**${whole(nodes.count)}**`],
  ['– for their memory', ({ nodes }) => whole(nodes.byMemory)],
  ['– for their CPU', ({ nodes }, busy) => range(whole(nodes.byCpu), whole(busy.nodes.byCpu))],
  ['sockets a node, one being away', ({ nodes }) => whole(nodes.socketsEach)],
  ['Redis: calls · hints out a second', ({ redis }) => `${whole(redis.calls)} · ${whole(redis.hintsOut)}`],
  ['Redis: cores · shards', ({ redis }) => `${number(redis.cores)} · ${whole(redis.shards)}`],
  ['Redis: out a second', ({ redis }) => bytes(redis.megabytesOut)],
  ['Redis: memory for subscriptions', ({ redis }) => bytes(redis.memoryMb)],
  ['PostgreSQL: cores', ({ postgres }, busy) => range(number(postgres.cores), number(busy.postgres.cores))],
  ['– of it glances at heads', ({ postgres }) => number(postgres.glancing)],
  ['**PostgreSQL servers**', ({ postgres }) => `**${whole(postgres.servers.count)}**`],
  [
    '– for their CPU · for their disk',
    ({ postgres: { servers } }) => `${whole(servers.forCpu)} · ${whole(servers.forDisk)}`,
  ],
  ['PostgreSQL: connections', ({ postgres }) => whole(postgres.connections)],
  ['PostgreSQL: WAL a second', ({ postgres }) => bytes(postgres.walMegabytes)],
  ['PostgreSQL: disk, for all days kept', ({ postgres }) => bytes(postgres.terabytes * 1e6)],
]

/** `columns` are `{ title, calm, busy }`. */
export const capacityTable = (columns) =>
  tableOf([
    ['', ...columns.map(({ title }) => title)],
    ...rows.map(([title, read]) => [title, ...columns.map(({ calm, busy }) => read(calm, busy))]),
  ])

export const deploymentTable = (columns) =>
  tableOf([
    ['', ...columns.map(({ title }) => title)],
    ...['users', 'connected', 'rooms', 'members', 'rate', 'days'].map((name) => [
      `\`--${name}\``,
      ...columns.map(({ deployment }) => deployment[name].toLocaleString('en')),
    ]),
  ])

export const assumptionsTable = (assumptions) =>
  tableOf([
    ['assumed', 'value', 'what it is'],
    ...Object.entries(assumptions).map(([name, [value, what]]) => [`\`${name}\``, value.toLocaleString('en'), what]),
  ])

export const coefficientsTable = ({ calm, busy, ...rest }) =>
  tableOf([
    ['measured', 'calm', 'busy', 'from'],
    ['µs of a node a message', number(calm.messageMicros), number(busy.messageMicros), sources(rest, 'w1', 'w2', 's')],
    [
      'µs of a node a delivery',
      number(calm.deliveryMicros),
      number(busy.deliveryMicros),
      sources(rest, 'w1', 'w2', 'livestream'),
    ],
    ['µs of PostgreSQL a message', number(calm.databaseMicros), number(busy.databaseMicros), sources(rest, 'w1', 's')],
    ['KB of a node a connection', number(rest.connectionKb), '', sources(rest, 'idle')],
    ['MB of a node without any', number(rest.emptyNodeMb), '', 'the same'],
    ['bytes of a message on the wire', number(rest.frameBytes), '', sources(rest, 'w1')],
  ])

const sources = ({ from }, ...workloads) => {
  const files = new Set(workloads.map((workload) => from[workload]))
  return `${workloads.join(', ')}: ${[...files].map(linked).join(', ')}`
}

const linked = (name) => `[${name.replace('.json', '')}](../bench/results/${name.replace('.json', '.md')})`

export const ceilingsTable = (most) =>
  tableOf([
    ['one', 'of what', 'goes as far as'],
    ['node', 'connections, by its memory', whole(most.connections)],
    ['node', 'connections, if it does nothing but answer pings', whole(most.pinged)],
    ['node', 'messages a second, heard by nobody', `${whole(most.sends.calm)} (busy: ${whole(most.sends.busy)})`],
    ['node', 'deliveries a second', `${whole(most.deliveries.calm)} (busy: ${whole(most.deliveries.busy)})`],
    ['Redis', 'messages a second, if each is heard on two nodes', whole(most.redisHints.two)],
    ['Redis', 'messages a second, if each is heard on ten nodes', whole(most.redisHints.ten)],
    [
      'PostgreSQL',
      'messages a second',
      `${whole(most.postgresMessages.calm)} (busy: ${whole(most.postgresMessages.busy)})`,
    ],
    [
      'PostgreSQL',
      'open rooms, each counted once a node, if it does nothing but be glanced at',
      whole(most.glancedRooms),
    ],
  ])
