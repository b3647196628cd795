/** PostgreSQL refuses to run as root: then it runs as an account of less power. */
import { readFile, readdir, lchown, stat } from 'node:fs/promises'
import path from 'node:path'

export interface Account {
  name: string
  uid: number
  gid: number
  /** What `spawn` is to be told: empty unless the process is root. */
  identity: { uid?: number; gid?: number }
}

const candidates = ['postgres', '_postgres', 'nobody']

export const isRoot = (): boolean => process.geteuid?.() === 0

/**
 * Who runs the server: this user; as root the owner of the data when there is some already, else `postgres` or
 * `nobody`. Throws when the data belongs to somebody else, and when root finds no account that could use it.
 */
export async function chooseAccount(home: string, cluster: string): Promise<Account> {
  const owner = await stat(cluster).catch(() => undefined)
  if (isRoot()) return ableToEnter(home, owner?.uid ? account(owner.uid, owner.gid) : await serviceAccount())
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  const other = [owner ?? (await stat(home))].find((found) => found.uid !== uid)
  if (other) throw new Error(`${home} belongs to uid ${other.uid}, not to the user of this process (uid ${uid}).`)
  return { name: `uid ${uid}`, uid, gid, identity: {} }
}

async function ableToEnter(home: string, account: Account): Promise<Account> {
  const closed = await barrier(account, home)
  if (!closed) return account
  throw new Error(
    `PostgreSQL, as ${account.name}, cannot enter ${closed}: open it (chmod o+x), or move the data directory.`,
  )
}

const account = (uid: number, gid: number, name = `uid ${uid}`): Account => ({
  name,
  uid,
  gid,
  identity: { uid, gid },
})

/** The first of the candidates that /etc/passwd knows. macOS writes `nobody` there as -2. */
export async function serviceAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'))
  for (const name of candidates) {
    const [, , uid, gid] = lines.find(([field]) => field === name) ?? []
    if (uid && gid && Number(uid) !== 0) return account(Number(uid) >>> 0, Number(gid) >>> 0, name)
  }
  throw new Error('PostgreSQL does not run as root, and there is no account `postgres` or `nobody`: use another user.')
}

/** May the account do to this file or folder what `bits` says (4 read, 2 write, 1 enter or execute)? */
export async function may(account: Account, bits: number, file: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(file)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & bits) === bits
}

/** The outermost folder on the way to `folder`, itself included, that the account may not enter; undefined if none. */
export async function barrier(account: Account, folder: string): Promise<string | undefined> {
  const parent = path.dirname(folder)
  if (parent !== folder) {
    const above = await barrier(account, parent)
    if (above) return above
  }
  return (await may(account, 1, folder)) ? undefined : folder
}

/** Gives a folder and all that is in it to the account: what root copied or restored is root's. */
export async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true })
  for (const entry of ['.', ...entries]) await lchown(path.join(folder, entry), uid, gid)
}
