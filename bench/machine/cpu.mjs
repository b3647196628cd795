// CPU time from /proc, in microseconds, user and system together.
import { readdirSync, readFileSync } from 'node:fs'

// /proc counts in USER_HZ, which is 100 in every Linux ABI Node runs on.
const MICROS_PER_TICK = 10_000

/**
 * What a process, its children and their children have used so far. Children that have ended are in their parent's
 * account (cutime, cstime), so a database's backends may come and go between two readings.
 */
export function treeMicros(rootPid) {
  const processes = readProcesses()
  const root = processes.get(rootPid)
  if (!root) throw new Error(`Process ${rootPid} is gone: its CPU time cannot be read`)
  let total = 0
  const waiting = [root]
  while (waiting.length > 0) {
    const one = waiting.pop()
    total += one.reaped + Math.max(one.own, threadMicros(one.pid))
    for (const other of processes.values()) if (other.parent === one.pid) waiting.push(other)
  }
  return total
}

/** What a process itself has used, in the kernel and in all. */
export function kernelMicros(pid) {
  const one = readProcesses().get(pid)
  return { kernel: one.kernel, all: one.own }
}

/** All CPU time used on this machine, by whomever: shows whether somebody else disturbed a measurement. */
export function machineMicros() {
  const [user, nice, system, , , irq, softirq, steal] = fields(read('/proc/stat').split('\n', 1)[0].slice(5))
  return (user + nice + system + irq + softirq + steal) * MICROS_PER_TICK
}

export function treePids(rootPid) {
  const processes = [...readProcesses().values()]
  const pids = [rootPid]
  for (const pid of pids) for (const one of processes) if (one.parent === pid) pids.push(one.pid)
  return pids
}

function readProcesses() {
  const processes = new Map()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = pid > 0 && read(`/proc/${pid}/stat`)
    if (!stat) continue
    // The command's name stands in brackets and may itself hold spaces and brackets.
    const [parent, ...rest] = fields(stat.slice(stat.lastIndexOf(')') + 4))
    const [utime, stime, cutime, cstime] = rest.slice(9)
    processes.set(pid, {
      pid,
      parent,
      own: (utime + stime) * MICROS_PER_TICK,
      kernel: stime * MICROS_PER_TICK,
      reaped: (cutime + cstime) * MICROS_PER_TICK,
    })
  }
  return processes
}

/**
 * The same time in nanosecond steps, as the scheduler has it for living threads: a quiet backend uses less than a tick
 * of /proc/<pid>/stat in a whole measurement. The caller takes the larger, since a thread that has ended is missing here.
 */
function threadMicros(pid) {
  let nanos = 0
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanos += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ', 1)[0])
    }
  } catch {
    return 0
  }
  return nanos / 1000
}

function read(path) {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // it ended between listing and reading
  }
}

function fields(text) {
  return text.trim().split(/\s+/).map(Number)
}
