/** The data directory of PostgreSQL itself: found, checked, or made. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { giveTo, isRoot, type Account } from './account.js'
import type { Binaries } from './binaries.js'
import { sync } from './files.js'
import { explain } from './log.js'

const run = promisify(execFile)
const draft = /^cluster\.draft-/

/** Nothing of Parley's own environment (PG…, LD_LIBRARY_PATH, a locale) is to reach the server. */
export const environment = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' }

/** The superuser: whoever may open the socket, in a folder closed to others, is let in without a password. */
export const role = 'parley'

const options = [
  `--username=${role}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  // Not `peer`: it would admit the same two, root and the account, and fails for a uid without a name, as in containers.
  '--auth-local=trust',
  '--auth-host=reject',
  '--no-instructions',
]

/** Where the cluster of a home is, or is to be. It may be a link, to another disk for example. */
export const clusterOf = async (home: string): Promise<string> => {
  const folder = path.join(home, 'cluster')
  return realpath(folder).catch(() => folder)
}

/** Throws if there is data that this version of PostgreSQL cannot read. */
export async function requireVersion(home: string, cluster: string, { version }: Binaries): Promise<void> {
  if (existsSync(path.join(home, 'PG_VERSION'))) {
    throw new Error(`${home} is a data directory of PostgreSQL that Parley did not make: choose another DATA_DIR.`)
  }
  const found = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const ours = version.split('.')[0]
  if (found && found !== ours) {
    throw new Error(
      `The data in ${cluster} was made by PostgreSQL ${found}, and this Parley comes with ${ours}. Move it over with ` +
        `pg_dump and psql, or serve it with PostgreSQL ${found} and set DATABASE_URL.`,
    )
  }
}

/** Makes the cluster if there is none: beside its place and then renamed, so that it is there whole or not at all. */
export async function ensureCluster(home: string, binaries: Binaries, account: Account): Promise<void> {
  const cluster = path.join(home, 'cluster')
  if (existsSync(path.join(cluster, 'PG_VERSION'))) {
    if (isRoot() && (await stat(cluster)).uid === 0) await giveTo(account, await realpath(cluster))
    return
  }
  await requireEmpty(cluster)
  await dropDrafts(home)
  const folder = await mkdtemp(path.join(home, 'cluster.draft-'))
  if (isRoot()) await chown(folder, account.uid, account.gid)
  await initialise(folder, binaries, account)
  await rename(folder, cluster)
  await sync(home)
}

async function requireEmpty(cluster: string): Promise<void> {
  const entries = await readdir(cluster).catch(() => [])
  if (entries.length)
    throw new Error(`${cluster} holds files, but not a PostgreSQL cluster: put it right or delete it.`)
}

/** What an initdb that was killed has left. The lock is held: nobody else is at it. */
async function dropDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (draft.test(name)) await rm(path.join(home, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

async function initialise(folder: string, { root }: Binaries, { name, identity }: Account): Promise<void> {
  const program = path.join(root, 'bin/initdb')
  try {
    await run(program, [...options, '-D', folder], { ...identity, cwd: '/', env: environment, timeout: 300_000 })
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string }
    await rm(folder, { recursive: true, force: true })
    if (stderr) throw new Error(explain(`initdb failed, run as ${name}`, stderr), { cause: error })
    throw new Error(cannotRun(program, name, String(code ?? error)), { cause: error })
  }
}

/** The programs are for glibc: where the C library is another, the system says that there is no such file. */
export const cannotRun = (program: string, account: string, code: string): string =>
  `${program} cannot be run as ${account} (${code}). ${code === 'ENOENT' ? 'It needs glibc, which Alpine lacks. ' : ''}` +
  'Set DATABASE_URL to a PostgreSQL 15–18 server instead.'
