// Starts the cluster, says where it is, and ends it in order at the first signal.
import { resolve } from 'node:path'
import { Cluster, lacking } from '../../test/cluster/cluster.ts'
import { endAll } from '../../test/support/process.ts'
import { bannerOf } from './banner.mjs'
import { demoOf } from './demo.mjs'

const missing = lacking()
if (missing.length) {
  console.error(`A cluster needs ${missing.join(' and ')}. On Debian: apt-get install ${missing.join(' ')}`)
  process.exit(1)
}

const signal = new Promise((come) => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => come(name))
})

const folder = process.argv[2] && resolve(process.argv[2])
const reader = (index, text) => {
  if (started) process.stderr.write(text.replace(/^(?=.)/gm, `node ${index + 1}: `))
}
const settings = { RATE_LIMITS: 'on', LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' }
let started = false
const cluster = await Cluster.start({ folder, settings, detached: true, reader })
started = true
console.log(bannerOf(cluster, await demoOf(cluster.url)))

console.log(`\n${await signal}: ending nginx, the nodes, Redis and PostgreSQL, in this order.`)
const inOrder = await cluster.stop()
await endAll()
process.exit(inOrder ? 0 : 1)
