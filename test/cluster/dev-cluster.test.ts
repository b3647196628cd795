/** `npm run dev:cluster`, as somebody runs it who types what it says. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { until } from '../support/until.js'
import { lacking } from './cluster.js'

const script = resolve(import.meta.dirname, '../../scripts/dev-cluster.mjs')
const missing = lacking()
const itWithAll = missing.length ? it.skip : it

let launcher: ChildProcess | undefined

afterEach(() => launcher?.kill('SIGKILL'))

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const name = 'says where everything is and what to type, and ends all of it at a signal'

itWithAll(missing.length ? `${name} (not installed here: ${missing.join()})` : name, async () => {
  launcher = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [launcher.stdout!, launcher.stderr!]) stream.on('data', (part) => (output += String(part)))
  await until(() => output.includes('Ctrl-C ends it'), 'the banner', 25_000)
  const lines = output.split('\n').map((line) => line.trim())
  const from = lines.findIndex((line) => line.startsWith('TOKEN='))
  const answer = execFileSync('bash', ['-c', lines.slice(from, from + 3).join('\n')], { encoding: 'utf8' })
  expect(JSON.parse(answer)).toMatchObject({ seq: 1, text_message: 'Hello from curl' })
  const pids = [...output.matchAll(/\(process (\d+)\)/g)].map(([, pid]) => Number(pid))
  expect(pids.map(isRunning)).toEqual([true, true])
  launcher.kill('SIGTERM')
  expect(await once(launcher, 'exit')).toEqual([0, null])
  expect(pids.map(isRunning)).toEqual([false, false])
})
