/** The built service as a process of its own, as an operator starts and ends it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findPostmaster, stopPostmaster } from '../../src/infra/database/embedded/postmaster.js'

/** Of the build that is tested. TEST_DIST names another one than `dist`. */
const main = resolve(import.meta.dirname, '../..', process.env['TEST_DIST'] ?? 'dist', 'main.js')

const running = new Set<ServiceProcess>()
const folders: string[] = []

export interface End {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Apart {
  /** Not ended by the terminal's Ctrl-C together with who started it. */
  detached?: boolean
  /** Who reads its output as it comes. */
  reader?: (text: string) => unknown
}

export class ServiceProcess {
  stdout = ''
  stderr = ''
  /** When it and its output have ended. */
  readonly ended: Promise<End>
  private readonly child: ChildProcess
  private listeners: (() => void)[] = []

  /** Of the environment it knows `settings` alone, and there is no `.env` where it runs. */
  constructor(settings: Record<string, string> = {}, args: string[] = [], { detached = false, reader }: Apart = {}) {
    const env = { PATH: process.env['PATH'], PORT: '0', ...settings }
    this.child = spawn(process.execPath, [main, ...args], {
      cwd: emptyFolder(),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached,
    })
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (part: Buffer) => reader?.(String(part)))
    }
    this.child.stdout!.on('data', (part: Buffer) => this.hear(() => (this.stdout += String(part))))
    this.child.stderr!.on('data', (part: Buffer) => this.hear(() => (this.stderr += String(part))))
    this.ended = new Promise((end) => this.child.once('close', (code, signal) => end({ code, signal })))
    running.add(this)
    void this.ended.then(() => this.hear(() => running.delete(this)))
  }

  get pid(): number {
    return this.child.pid!
  }

  kill(signal: NodeJS.Signals): Promise<End> {
    this.child.kill(signal)
    return this.ended
  }

  /** Its address, as soon as it says that it runs. Throws its last words if it ends instead. */
  async url(): Promise<string> {
    const [, host] = await this.says(/^ +Swagger +(\S+)\/docs$|"url":"([^"]+)".*"running"/m)
    return host!.replace('localhost', '127.0.0.1')
  }

  /** When its output has this, which it answers with what it found. */
  async says(pattern: RegExp): Promise<string[]> {
    for (;;) {
      const found = pattern.exec(this.stdout)
      if (found) return found.filter((group) => group !== undefined)
      if (!running.has(this)) throw new Error(`ended without a word like ${pattern}: ${this.stdout}${this.stderr}`)
      await new Promise<void>((heard) => this.listeners.push(heard))
    }
  }

  private hear(what: () => void): void {
    what()
    for (const listener of this.listeners.splice(0)) listener()
  }
}

/** A folder of nobody else's, gone after `endAll`. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-process-'))
  folders.push(folder)
  return folder
}

/** The process of the PostgreSQL that serves this data directory; undefined if there is none. */
export const postgresOf = (dataDir: string): Promise<number | undefined> => findPostmaster(clusterOf(dataDir))

const clusterOf = (dataDir: string): string => join(dataDir, 'postgres/cluster')

/** For `afterEach`: ends what is still running, whatever became of the test that started it. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map((service) => service.kill('SIGKILL')))
}

/** For `afterAll`: ends that, and the PostgreSQL that it brought along. */
export async function endAll(): Promise<void> {
  await killAll()
  for (const folder of folders.splice(0)) {
    const pid = await postgresOf(folder)
    if (pid) await stopPostmaster(pid, clusterOf(folder))
    rmSync(folder, { recursive: true, force: true })
  }
}
