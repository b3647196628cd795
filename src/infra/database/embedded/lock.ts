/**
 * One Parley at a time in a data directory. Every process lays down a file of its own, named by its pid and start, and
 * then looks for those of others: of two that begin together at least one sees the other. A file left by `kill -9`
 * names a process that is no more, so whoever finds it may delete it without a race, even when its pid lives again.
 */
import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startOf } from './processes.js'

const claim = /^parley-(\d+)-([\w-]+)\.lock$/
const attempts = 5

/**
 * Takes the lock and returns what gives it back. Waits about a second for another process to leave; throws, naming its
 * pid, when it does not.
 */
export async function acquireLock(folder: string): Promise<() => Promise<void>> {
  const name = `parley-${process.pid}-${await startOf(process.pid)}.lock`
  const file = path.join(folder, name)
  let holder: number | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt) await setTimeout(100 + Math.random() * 200)
    holder = await livingHolder(folder)
    if (holder || !(await lay(file))) continue
    holder = await livingHolder(folder, name)
    if (!holder) return () => rm(file, { force: true })
    await rm(file, { force: true })
  }
  throw new Error(
    `The data directory ${folder} is in use by another running Parley (process ${holder ?? process.pid}).`,
  )
}

/** False when this very process holds the lock already. */
async function lay(file: string): Promise<boolean> {
  const text = `Parley, process ${process.pid}, uses this folder since ${new Date().toISOString()}.\n`
  return writeFile(file, text, { flag: 'wx', mode: 0o644 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
}

async function livingHolder(folder: string, except?: string): Promise<number | undefined> {
  for (const name of await readdir(folder)) {
    const [, pid, start] = claim.exec(name) ?? []
    if (!pid || name === except) continue
    if ((await startOf(Number(pid))) === start) return Number(pid)
    await rm(path.join(folder, name), { force: true })
  }
  return undefined
}
