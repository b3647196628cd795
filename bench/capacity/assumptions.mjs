/**
 * What the model needs and bench/results does not measure. Each has its value here alone, and stands with it in
 * docs/SCALING.md. Measure one, and read it in `coefficients.mjs` instead.
 */
export const assumptions = {
  socketsPerPerson: [1.2, 'sockets of one who is connected: a page in two tabs, a phone beside it'],
  openedRooms: [3, 'rooms that one who is connected listens to, unless --rooms and --members allow fewer'],
  nodeCores: [1, 'cores of a node: JavaScript runs on one, and the kernel’s share of the writes with it'],
  nodeMemoryMb: [1024, 'memory of a node, as in docker-compose-production.yml'],
  memoryUse: [0.7, 'of a node’s memory that is used at the peak'],
  memoryGrowth: [2, 'times the memory of an idle connection, under load: buffers, garbage not yet collected'],
  cpuUse: [
    0.6,
    'of a core that is used at the peak, on nodes, PostgreSQL and each Redis; the rest is for bursts and reconnections',
  ],
  spareNodes: [1, 'nodes beyond what is needed, so that one may die or be restarted'],
  pingSeconds: [25, 's between two pings of a socket (WS_PING_INTERVAL_MS)'],
  pingMicros: [15, 'µs of a node’s CPU for a ping and its answer'],
  publishMicros: [20, 'µs of a node’s CPU for a hint that it gives to Redis'],
  receiveMicros: [
    40,
    'µs of a node’s CPU for a hint that comes from Redis: to read it, and to encode it once a dialect',
  ],
  redisPublishMicros: [5, 'µs of Redis’ CPU for a hint that it takes; redis-benchmark has 0.7, sixteen in a write'],
  redisDeliverMicros: [3, 'µs of Redis’ CPU for each node that it hands a hint to; redis-benchmark has 0.3'],
  redisCallsPerMessage: [
    2,
    'further calls of Redis a message by a socket: to take from the limits of commands, and of messages',
  ],
  redisTakeMicros: [13, 'µs of Redis’ CPU for such a call, a script; redis-benchmark has 10 to 16'],
  subscriptionBytes: [300, 'bytes of Redis for a node’s subscription to a room'],
  glanceSeconds: [5, 's between two glances of a node at the heads of its open rooms'],
  glanceMicros: [
    5,
    'µs of PostgreSQL’s CPU for the head of one room, a thousand in a query: 3.3 by EXPLAIN ANALYZE among 300,000',
  ],
  poolConnections: [12, 'connections of a node to PostgreSQL: DATABASE_POOL and two for the log'],
  averageRate: [0.3, 'of the peak’s messages that there are on average over the day'],
  storedBytes: [1000, 'bytes of disk for a stored message with its indexes: ten million take 10 GB (bench/README.md)'],
  walBytes: [1500, 'bytes of WAL for a message'],
  postgresTerabytes: [10, 'TB of disk of the same: what is still backed up, and restored, within a day'],
  postgresCores: [16, 'cores of the largest PostgreSQL that one would still take for one'],
}

/** The values alone. */
export const valuesOf = (all) => Object.fromEntries(Object.entries(all).map(([name, [value]]) => [name, value]))
