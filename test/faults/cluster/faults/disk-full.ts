/** The disk under PostgreSQL is full, and then it is not. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { emptyFolder } from '../../../support/process.js'
import { rowsOf } from '../../../support/database.js'
import { until } from '../../../support/until.js'
import type { Fault, Stage } from '../prove.js'

/** PostgreSQL takes some 70 MB of it before anything is said. */
const sizeMb = 160
const fullMs = 10_000

let disk: string

export const diskFull: Fault = {
  number: 11,
  name: 'the disk full under PostgreSQL',
  impossible: () => (process.geteuid?.() !== 0 ? 'only root may mount a tmpfs' : mountFails()),
  plan() {
    disk = mount()
    return { folder: disk }
  },
  clear: () => unmount(disk),
  async inflict(stage) {
    const { load } = stage
    const refusedBefore = load.toll.refused.length
    const filling = join(disk, 'filling')
    fill(filling)
    await until(() => load.toll.refused.length > refusedBefore + 20, 'sends to be refused', 120_000)
    await setTimeout(fullMs)
    rmSync(filling)
    const restarted = await alive(stage)
    const codes = new Set(load.toll.refused.map(({ outcome }) => (outcome.is === 'refused' ? outcome.code : '')))
    return `refused as ${[...codes].join()}${restarted ? ', PostgreSQL started again' : ''}`
  },
}

/** A PostgreSQL that could not go on without its log has ended: whoever watches over it starts it again. */
async function alive({ cluster: { postgres } }: Stage): Promise<boolean> {
  const answers = () => rowsOf(postgres.url, 'SELECT 1').catch(() => null)
  if (await until(answers, 'PostgreSQL to answer', 3000).catch(() => null)) return false
  await postgres.stop()
  await postgres.restart()
  return true
}

function fill(file: string): void {
  const handle = openSync(file, 'w')
  const block = Buffer.alloc(65_536)
  try {
    for (;;) writeSync(handle, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(handle)
  }
}

function mount(): string {
  const folder = emptyFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0755`, 'tmpfs', folder], { stdio: 'pipe' })
  return folder
}

const unmount = (folder: string): unknown => execFileSync('umount', [folder])

function mountFails(): string | null {
  try {
    unmount(mount())
    return null
  } catch (error) {
    return `no tmpfs can be mounted: ${String((error as { stderr?: Buffer }).stderr).trim()}`
  }
}
