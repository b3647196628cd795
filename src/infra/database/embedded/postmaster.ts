/** The server's first process: whose it is, how it is begun, and how it is ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Account } from './account.js'
import { cannotRun, environment } from './cluster.js'
import { openLog } from './log.js'
import { commandOf, folderOf } from './processes.js'
import { socketFile } from './socket.js'

const pollMs = 20

/** Is this process the postmaster of this cluster? A postmaster's folder is its cluster; its children are titled. */
export async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  const command = await commandOf(pid)
  if (!command || !/(^|\/)(postgres|postmaster)( |$)/.test(command)) return false
  const folder = await folderOf(pid)
  return folder ? folder === cluster : `${command} `.includes(` -D ${cluster} `)
}

const pidIn = async (file: string): Promise<number> =>
  Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10) || 0

/** The pid of the cluster's living postmaster, by its own pid file. */
export async function findPostmaster(cluster: string): Promise<number | undefined> {
  const pid = await pidIn(path.join(cluster, 'postmaster.pid'))
  return pid > 0 && (await isPostmaster(pid, cluster)) ? pid : undefined
}

/**
 * Removes pid files that name a living process which is not ours, as happens after a reboot: PostgreSQL would believe
 * them. Those that name nobody it removes by itself.
 */
export async function dropStalePidFiles(cluster: string, socketFolder: string): Promise<void> {
  for (const file of [path.join(cluster, 'postmaster.pid'), `${socketFile(socketFolder)}.lock`]) {
    const pid = await pidIn(file)
    if (pid > 0 && send(pid, 0) && !(await isPostmaster(pid, cluster))) await rm(file, { force: true })
  }
}

/** False when there is no such process (any more). Signal 0 only asks. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Has it come up and then lost its socket, to whoever sweeps /tmp? It never makes another. */
export async function lacksSocket(cluster: string, socketFolder: string): Promise<boolean> {
  const lines = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[7]?.trim() === 'ready' && !existsSync(socketFile(socketFolder))
}

/** A server that was begun, and where in the log its words begin. */
export interface Launched {
  pid: number
  logOffset: number
  running: () => Promise<boolean>
}

/**
 * Begins the server in a session of its own, so that Ctrl-C in a terminal leaves it to us to end it, after the service
 * has drained. It does not keep Node alive. Throws when the program cannot be run at all.
 */
export async function launch(program: string, args: string[], log: string, account: Account): Promise<Launched> {
  const file = await openLog(log, account)
  try {
    const { size } = await file.stat()
    const child = spawn(program, args, {
      ...account.identity,
      cwd: '/',
      detached: true,
      env: environment,
      stdio: ['ignore', file.fd, file.fd],
    })
    await once(child, 'spawn')
    child.unref()
    return {
      pid: child.pid!,
      logOffset: size,
      running: async () => child.exitCode === null && child.signalCode === null,
    }
  } catch (error) {
    throw new Error(cannotRun(program, account.name, (error as NodeJS.ErrnoException).code ?? String(error)), {
      cause: error,
    })
  } finally {
    await file.close()
  }
}

/** How long a stop may take: until connections are cut and all is written, and then until it is dropped as it is. */
export interface StopBounds {
  fastMs: number
  immediateMs: number
}

/** Ends the postmaster: in good order, or at once when that takes too long. Signals nobody else. Throws if it stays. */
export async function stopPostmaster(
  pid: number,
  cluster: string,
  { fastMs, immediateMs }: StopBounds = { fastMs: 30_000, immediateMs: 10_000 },
): Promise<void> {
  if (await endsAfter('SIGINT', fastMs, pid, cluster)) return
  if (await endsAfter('SIGQUIT', immediateMs, pid, cluster)) return
  throw new Error(`PostgreSQL (process ${pid}) did not end within ${(fastMs + immediateMs) / 1000} s of being told to.`)
}

async function endsAfter(signal: NodeJS.Signals, ms: number, pid: number, cluster: string): Promise<boolean> {
  if (!(await isPostmaster(pid, cluster))) return true
  if (!send(pid, signal)) return true
  for (const end = Date.now() + ms; Date.now() < end; await setTimeout(pollMs)) {
    if (!(await isPostmaster(pid, cluster))) return true
  }
  return false
}
