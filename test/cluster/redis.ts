/** A real redis-server of one's own on loopback, which can be hung, killed and started again. It keeps nothing on disk. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { freePort } from '../deploy/nginx.js'

/** Where Debian, Homebrew and others put it; null where it is not installed. */
export const redisProgram =
  ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(existsSync) ?? null

const startMs = 10_000

export class Redis {
  private server: ChildProcess
  private ended: Promise<unknown>
  private output = ''

  private constructor(
    readonly port: number,
    private readonly detached: boolean,
  ) {}

  static async start({ detached = false } = {}): Promise<Redis> {
    const redis = new Redis(await freePort(), detached)
    await redis.restart()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Empty, at the same address. */
  async restart(): Promise<void> {
    const settings = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    this.server = spawn(redisProgram!, settings, { cwd: '/', stdio, detached: this.detached })
    this.server.stdout!.on('data', (part: Buffer) => (this.output = (this.output + String(part)).slice(-4000)))
    this.ended = new Promise((resolve) => this.server.once('close', resolve))
    for (const deadline = Date.now() + startMs; ; await sleep(20)) {
      if (await this.ask('PING').catch(() => null)) return
      if (this.server.exitCode === null && Date.now() < deadline) continue
      throw new Error(`redis-server does not start: ${this.output}`)
    }
  }

  /** Behind everybody's back, by a connection of its own. */
  async ask(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, socket: { reconnectStrategy: false, connectTimeout: 2000 } })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await client.sendCommand(command)
    } finally {
      client.destroy()
    }
  }

  /** It holds its connections, and answers nothing, until `wake`. */
  hang = (): unknown => this.server.kill('SIGSTOP')
  wake = (): unknown => this.server.kill('SIGCONT')

  kill = (): Promise<unknown> => this.end('SIGKILL')
  stop = (): Promise<unknown> => this.end('SIGTERM')

  private end(signal: NodeJS.Signals): Promise<unknown> {
    this.server.kill(signal)
    this.server.kill('SIGCONT')
    return this.ended
  }
}
