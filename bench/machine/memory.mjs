import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** What is said to Node so that its garbage may be collected from outside. */
export const collecting = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('./collect-on-signal.mjs', import.meta.url)),
]
// What one leaves the next one frees.
const COLLECTIONS = 2
const SETTLE_MS = 1000

/**
 * Gives how many KiB of RAM a service started as `collecting` has when the garbage is gone: whether the collector ran of
 * itself just before must not decide.
 */
export function afterCollecting({ pid, log }) {
  let times = 0
  return async () => {
    for (let n = 0; n < COLLECTIONS; n++) {
      await sleep(SETTLE_MS)
      process.kill(pid, 'SIGUSR2')
      // Signal 0 only asks whether it is still there.
      for (times++; !log().includes(`collected ${times}\n`); process.kill(pid, 0)) await sleep(100)
    }
    return residentKb(pid)
  }
}

function residentKb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1])
}
