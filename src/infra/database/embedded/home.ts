/** Where everything lives: `<data dir>/postgres`, or a place that this is a link to. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { barrier, isRoot, serviceAccount, type Account } from './account.js'

/** Root's own, on disk and not swept like /tmp: for data that must not stay below a folder closed to others. */
const elsewhere = '/var/lib/parley'

/** Finds or makes the folder of the cluster, its log and its lock. Absolute, and free of symbolic links. */
export async function settle(dataDir: string, log: (message: string) => void): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const folder = path.join(await realpath(dataDir), 'postgres')
  const present = await lstat(folder).catch(() => undefined)
  if (!present) await make(folder)
  const home = await realpath(folder).catch(() => {
    throw new Error(`${folder} points to data that is gone. Put it back, or delete this link to begin with no data.`)
  })
  if (home !== folder) log(`The data of ${folder} is in ${home}`)
  return home
}

async function make(folder: string): Promise<void> {
  // Open to its owner alone; below root the account must pass through it, to folders that are closed in their turn.
  if (!isRoot()) return void (await mkdir(folder, { recursive: true, mode: 0o700 }))
  const account = await serviceAccount()
  const closed = await barrier(account, path.dirname(folder))
  if (!closed || (closed === path.dirname(folder) && (await letPass(account, closed)))) return makePassable(folder)
  const home = path.join(elsewhere, homeName(folder))
  await mkdir(elsewhere, { recursive: true })
  await makePassable(elsewhere)
  await makePassable(home)
  // Another Parley that starts at this moment may have been faster.
  if (!existsSync(folder)) await symlink(home, folder)
}

/** The same for the same folder, so that data is found again when the link to it was deleted. */
const homeName = (folder: string): string =>
  `${path.basename(path.dirname(folder)).replace(/[^\w-]/g, '')}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`

async function makePassable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o711)
}

/**
 * Lets the account, by its group, through a data directory that is closed to all but root (as `mkdtemp` makes them).
 * Through, not in: it lists and changes nothing there. Not when a group has been given rights of its own.
 */
async function letPass(account: Account, folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder)
  if (uid !== 0 || mode & 0o070) return false
  await chown(folder, 0, account.gid)
  await chmod(folder, (mode & 0o707) | 0o010)
  return true
}
