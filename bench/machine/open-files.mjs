import { readFileSync } from 'node:fs'

// Beside its sockets a process has its modules, pipes and connections to the database.
const OTHERS = 200

/** How many files, and so sockets, a process started here may have open. Node raises it to the hard limit itself. */
export function openFiles() {
  return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Infinity)
}

export function requireOpenFiles(sockets) {
  const [needed, allowed] = [sockets + OTHERS, openFiles()]
  if (allowed < needed) throw new Error(`${needed} open files are needed and ${allowed} allowed: ulimit -Hn ${needed}`)
}
