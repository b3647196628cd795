// Starts processes, each on its core, and ends every one of them by its own pid.
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { once } from 'node:events'
import { treePids } from './cpu.mjs'

export const SERVICE_CORE = 0
export const LOAD_CORE = 1
export const pinning = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

const running = new Set()
let closing = false

/** Runs a Node script. `peer.log()` gives what it last printed, for when it fails. */
export function launch(args, { core, env, cwd, ipc = false }) {
  if (closing) throw new Error('The bench is being stopped')
  const command = [process.execPath, ...args]
  if (pinning) command.unshift('taskset', '-c', String(core))
  const child = spawn(command[0], command.slice(1), {
    cwd,
    // Only what is said here: the caller's environment must not tune one peer and not the other.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])],
    // Away from the terminal's group: Ctrl-C reaches the bench alone, which then ends things in order.
    detached: true,
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-4000)))
  }
  child.log = () => log
  child.on('error', (error) => (log += error.message))
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

export async function stop(child) {
  if (!running.has(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(force)
}

export async function stopAll() {
  closing = true
  await Promise.all([...running].map(stop))
}

/** Moves a running process and what it has started to a core; what it starts later inherits it. */
export function pinTree(pid, core) {
  if (!pinning) return
  for (const one of treePids(pid)) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(one)])
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until `url` answers 200; a child that ends before that is an error that shows what it printed. */
export async function ready(child, url, seconds = 30) {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline;) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`It ended at once:\n${child.log()}`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} was not ready after ${seconds} s:\n${child.log()}`)
}
