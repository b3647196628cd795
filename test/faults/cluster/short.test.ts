/** The short form of five faults, one after the other on one cluster: `npm run test:faults` has all of them, and longer. */
import { Cluster } from '../../cluster/cluster.js'
import { endAll } from '../../support/process.js'
import { whereRedisIs } from '../../support/redis.js'
import { fireOften } from './faults/fire-often.js'
import { killNode } from './faults/kill-node.js'
import { killPostgres } from './faults/kill-postgres.js'
import { neverReads } from './faults/never-reads.js'
import { redisAway } from './faults/redis-away.js'
import { prove } from './prove.js'

const faults = [killNode, killPostgres, redisAway, fireOften, neverReads]

whereRedisIs('two nodes under load', () => {
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await Cluster.start({ tampered: true })
  })

  afterAll(async () => {
    await cluster?.stop()
    await endAll()
  })

  it.each(faults.map((fault) => [`${fault.number}. ${fault.name}`, fault] as const))(
    '%s',
    (_, fault) => prove(fault, cluster),
    120_000,
  )
})
