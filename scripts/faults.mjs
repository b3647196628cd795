// npm run test:faults: the twelve faults in their long form, one after the other, and a table of what was measured. Or those
// of test/faults that are named: npm run test:faults -- 04 poison. SEED=… repeats the random choices of a run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

register('./typescript-hooks.mjs', import.meta.url)
const { asLines } = await import('../test/faults/cluster/table.ts')

const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 2 ** 31))
const folder = mkdtempSync(join(tmpdir(), 'parley-faults-'))
const FAULTS_TABLE = join(folder, 'rows')
writeFileSync(FAULTS_TABLE, '')

/** A number is one of the twelve; a word is of a file's name. */
const named = process.argv
  .slice(2)
  .map((name) => `test/faults/.*${/^\d+$/.test(name) ? `/${name.padStart(2, '0')}-` : name}`)
// Of the twelve `npm test` runs only the short form, in a file of its own.
const ignored = ['--testPathIgnorePatterns', '/node_modules/', 'test/faults/cluster/short']
// Where one failed, its clients come back for ever.
const args = [
  '--runInBand',
  '--forceExit',
  ...ignored,
  '--testPathPatterns',
  ...(named.length ? named : ['test/faults/cluster/']),
]

console.log(`SEED=${SEED}`)
const env = { ...process.env, FAULTS: 'long', SEED, FAULTS_TABLE }
const { status } = spawnSync(process.execPath, [jest, ...args], { stdio: 'inherit', env })
const rows = readFileSync(FAULTS_TABLE, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((row) => JSON.parse(row))
rmSync(folder, { recursive: true })
if (rows.length)
  console.log(['', ...asLines(rows.sort((a, b) => a.fault.localeCompare(b.fault))), '', `SEED=${SEED}`].join('\n'))
process.exit(status ?? 1)
