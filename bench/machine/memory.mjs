import { readFileSync } from 'node:fs'

/** The memory that this process has in RAM, in KiB. */
export function residentKb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1])
}
