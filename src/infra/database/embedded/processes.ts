/** What the system knows of a process: from /proc on Linux, from `ps` elsewhere. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const nothing = () => undefined
const proc = existsSync('/proc/self/stat')

/** The command line with its words joined by spaces; undefined when there is no such process or it is a zombie. */
export async function commandOf(pid: number): Promise<string | undefined> {
  const text = proc
    ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(nothing))?.replaceAll('\0', ' ')
    : await ps(pid, 'command=')
  return text?.trim() || undefined
}

/** The folder that a process is in; undefined when the system does not tell. */
export const folderOf = (pid: number): Promise<string | undefined> => readlink(`/proc/${pid}/cwd`).catch(nothing)

/** When a process began, as a word that no other process with its pid has had; undefined when it has ended. */
export async function startOf(pid: number): Promise<string | undefined> {
  return proc ? startInProc(pid) : startInPs(pid)
}

async function startInProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(nothing)
  // The name, in parentheses, may itself hold spaces and parentheses. State is field 3, the start field 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (!fields || fields[0] === 'Z') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')
  return `${boot.slice(0, 8).trim()}-${fields[19]}`
}

async function startInPs(pid: number): Promise<string | undefined> {
  const [state, ...date] = (await ps(pid, 'stat=,lstart='))?.trim().split(/\s+/) ?? []
  return state && !state.startsWith('Z') ? String(Date.parse(date.join(' ')) / 1000) : undefined
}

const ps = (pid: number, columns: string): Promise<string | undefined> =>
  run('ps', ['-ww', '-o', columns, '-p', String(pid)], {
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  }).then(({ stdout }) => stdout, nothing)
