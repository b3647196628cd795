/** Brings a server up for a home whose lock is held: takes over the one that lives, or begins one. */
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Account } from './account.js'
import { usableBinaries, type Binaries } from './binaries.js'
import { clusterOf, ensureCluster } from './cluster.js'
import { explain, readFrom } from './log.js'
import { dropStalePidFiles, findPostmaster, isPostmaster, lacksSocket, launch, stopPostmaster } from './postmaster.js'
import { commandOf } from './processes.js'
import { answers, ask, ensureSocketFolder, port, socketFolder } from './socket.js'

export interface Site {
  home: string
  account: Account
  source: Binaries
  settings: Record<string, string>
  log: (message: string) => void
}

export interface Server {
  pid: number
  cluster: string
  socket: string
  adopted: boolean
}

const retryMs = 200
const retriesMs = 30_000
/** A server may recover for minutes after a crash as long as it says so, and not be without a word for long. */
const silenceMs = 30_000
const recoveryMs = 600_000
const tellMs = 5000

const clusterName = 'parley-'

/** Durable and for one machine; all else is as PostgreSQL has it. */
const defaults = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_compression: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The caller is told of its own errors; the log would repeat every statement, and with it what people wrote.
  log_min_error_statement: 'panic',
}

/** The cluster's name carries the version of the programs: a server of an older one is not taken over as it is. */
function argumentsFor({ settings, source }: Site, cluster: string, socket: string): string[] {
  const fixed = { port: String(port), unix_socket_directories: socket, unix_socket_permissions: '0700' }
  const all = { ...defaults, ...settings, ...fixed, cluster_name: clusterName + source.version }
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** Processes of an earlier run that still end: worth another try. */
class Busy extends Error {}

/** Takes over or begins. Throws with the server's own words when it cannot be brought up. */
export async function bringUp(site: Site): Promise<Server> {
  const end = Date.now() + retriesMs
  for (let told = false; ; told = true) {
    try {
      return (await takeOver(site)) ?? (await begin(site))
    } catch (error) {
      if (!(error instanceof Busy) || Date.now() > end) throw error
      if (!told) site.log('Waiting for what is left of an earlier PostgreSQL to end')
    }
    await setTimeout(retryMs)
  }
}

async function takeOver(site: Site): Promise<Server | undefined> {
  const cluster = await clusterOf(site.home)
  const pid = await findPostmaster(cluster)
  if (!pid) return undefined
  const socket = socketFolder(cluster)
  const running = () => isPostmaster(pid, cluster)
  const command = (await commandOf(pid)) ?? ''
  if (command && !command.includes(` cluster_name=${clusterName}`)) {
    throw new Error(`${cluster} is served by a PostgreSQL that Parley did not start (process ${pid}): end it first.`)
  }
  const same =
    command.endsWith(` ${argumentsFor(site, cluster, socket).join(' ')}`) && !(await lacksSocket(cluster, socket))
  if (same && (await becomesReady(site, { pid, socket, running }))) return { pid, cluster, socket, adopted: true }
  if (await running()) {
    site.log(`PostgreSQL (process ${pid}) runs with other settings, or without its socket: starting it anew`)
    await stopPostmaster(pid, cluster)
  }
  return undefined
}

async function begin(site: Site): Promise<Server> {
  const { home, account, source } = site
  const binaries = await usableBinaries(source, home, account)
  await ensureCluster(home, binaries, account)
  const cluster = await clusterOf(home)
  const socket = socketFolder(cluster)
  if (socket !== cluster) await ensureSocketFolder(socket, account)
  if (await answers(socket)) throw new Busy(`Another PostgreSQL, perhaps of another container, serves ${cluster}.`)
  await dropStalePidFiles(cluster, socket)
  const log = path.join(home, 'postgres.log')
  const args = argumentsFor(site, cluster, socket)
  const { pid, logOffset, running } = await launch(path.join(binaries.root, 'bin/postgres'), args, log, account)
  if (await becomesReady(site, { pid, socket, running })) return { pid, cluster, socket, adopted: false }
  const output = await readFrom(log, logOffset)
  const message = explain(`PostgreSQL did not start in ${cluster}`, output)
  throw /pre-existing shared memory block|lock file .* already exists/.test(output)
    ? new Busy(message)
    : new Error(message)
}

interface Awaited {
  pid: number
  socket: string
  running: () => Promise<boolean>
}

/** False when the server has ended instead. Throws when it takes too long; the server is then left to go on. */
async function becomesReady({ log }: Site, { pid, socket, running }: Awaited): Promise<boolean> {
  const began = Date.now()
  let heard = began
  let told = began
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 200)) {
    const state = await ask(socket)
    if (state === 'ready') return true
    if (!(await running())) return false
    const now = Date.now()
    if (state === 'busy') heard = now
    if (now - heard > silenceMs) throw new Error(`PostgreSQL (process ${pid}) does not answer: end it and start again.`)
    if (now - began > recoveryMs) throw new Error(`PostgreSQL (process ${pid}) still recovers: start again later.`)
    if (now - told > tellMs) {
      log(`Waiting for PostgreSQL (process ${pid}) to ${state === 'busy' ? 'recover' : 'answer'}`)
      told = now
    }
    await setTimeout(wait)
  }
}
