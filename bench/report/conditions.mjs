// Under what conditions a result was made: without them its figures mean nothing.
import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { LOAD_CORE, pinning, SERVICE_CORE } from '../machine/processes.mjs'

const TMPFS = 0x01021994

export function conditions(postgres, parameters) {
  const { version, kind, commitMs } = postgres.about
  return {
    date: new Date().toISOString(),
    revision: revision(),
    machine: `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    node: process.version,
    postgres:
      `PostgreSQL ${version} (${kind}), fsync and synchronous_commit on, ` +
      `data on ${statfsSync(postgres.folder).type === TMPFS ? 'a RAM DISK, so commits cost nothing' : 'disk'}; ` +
      `a commit alone takes ${commitMs.toFixed(2)} ms`,
    cores: pinning
      ? `service and database on core ${SERVICE_CORE}, load generator on core ${LOAD_CORE}`
      : 'NOT pinned (no taskset, or one core): peers and load generator disturb each other',
    parameters,
  }
}

function revision() {
  try {
    const changed = git('status', '--porcelain', '--', ':/', ':(top,exclude)bench/results') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? ', with changes not committed' : '')
  } catch {
    return 'none'
  }
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}
