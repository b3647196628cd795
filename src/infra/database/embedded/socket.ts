/** The way in: a Unix socket in a folder that only the server's account and root can enter. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, lstat, mkdir } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import pg from 'pg'
import { isRoot, type Account } from './account.js'
import { role } from './cluster.js'

export const port = 5432
const database = 'parley'

/** What `sun_path` holds on macOS; Linux takes 107. */
const maxPathBytes = 103

export const socketFile = (folder: string): string => path.join(folder, `.s.PGSQL.${port}`)

/** Says its port, lest PGPORT has a word in it. */
export const urlOf = (folder: string, name = database): string =>
  `postgres://${role}@localhost:${port}/${name}?host=${encodeURIComponent(folder)}`

/**
 * The cluster itself, which is closed to others. Where its path is too long for a socket, or would have to be quoted in
 * a list of folders, a short one with a name made from it.
 */
export function socketFolder(cluster: string): string {
  if (Buffer.byteLength(socketFile(cluster)) <= maxPathBytes && /^[\w/.-]+$/.test(cluster)) return cluster
  // /run is root's alone. XDG_RUNTIME_DIR is not used: it goes away when its user logs out.
  const base = isRoot() && existsSync('/run') ? '/run' : '/tmp'
  return path.join(base, `parley-${createHash('sha256').update(cluster).digest('hex').slice(0, 16)}`)
}

/** Makes the short folder, or checks that the one which is there was not put there by somebody else. */
export async function ensureSocketFolder(folder: string, { uid, gid }: Account): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(folder)
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== process.geteuid?.())) {
    throw new Error(`${folder}, which PostgreSQL needs for its socket, belongs to somebody else: delete it.`)
  }
  await chmod(folder, 0o700)
  if (isRoot()) await chown(folder, uid, gid)
}

/** Does anybody accept connections there? */
export const answers = (folder: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(socketFile(folder))
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })

/** `ready`; `busy` when the server says that it starts, recovers or stops; `silent` when it says nothing. */
export type State = 'ready' | 'busy' | 'silent'

/** Asks the server for its database, and makes it if it lacks. Throws what the server has against it. */
export async function ask(folder: string): Promise<State> {
  const state = await connect(urlOf(folder))
  if (state !== 'no database') return state
  const made = await connect(urlOf(folder, 'postgres'), `CREATE DATABASE ${database}`)
  return made === 'no database' ? 'silent' : made
}

async function connect(url: string, statement?: string): Promise<State | 'no database'> {
  const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    if (statement) await client.query(statement)
    return 'ready'
  } catch (error) {
    return stateOf(error as Error & { code?: string })
  } finally {
    await client.end().catch(() => undefined)
  }
}

function stateOf(error: Error & { code?: string }): State | 'no database' {
  if (error.code === '3D000') return 'no database'
  if (error.code === '57P03' || error.code === '53300') return 'busy'
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(error.code ?? '') || error.code === 'EACCES') throw error
  return 'silent'
}
