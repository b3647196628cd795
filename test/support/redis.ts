/** A real Redis of a test's own, which can be hung, killed and started again. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './ports.js'
import { until } from './until.js'

export const redisIsHere = spawnSync('redis-server', ['--version']).status === 0

/** For tests that need one. */
export function whereRedisIs(name: string, tests: () => void): void {
  if (redisIsHere) describe(name, tests)
  else describe.skip(`${name} (skipped: redis-server is not installed)`, tests)
}

export class RedisServer {
  private child: ChildProcess

  private constructor(
    readonly port: number,
    private readonly settings: Record<string, string>,
    private readonly detached: boolean,
  ) {}

  /** `detached`: not ended by the terminal's Ctrl-C together with who started it. */
  static async start(settings: Record<string, string> = {}, { detached = false } = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings, detached)
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** With nothing in it. */
  async start(): Promise<void> {
    const settings = { port: this.port, bind: '127.0.0.1', save: '', appendonly: 'no', 'protected-mode': 'no' }
    const args = Object.entries({ ...settings, ...this.settings }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ])
    this.child = spawn('redis-server', args, { cwd: '/', stdio: 'ignore', detached: this.detached })
    await until(() => answers(this.port), 'redis-server to answer')
  }

  kill = (): Promise<void> => this.end('SIGKILL')
  stop = (): Promise<void> => this.end('SIGTERM')

  hang(): void {
    this.child.kill('SIGSTOP')
  }

  goOn(): void {
    this.child.kill('SIGCONT')
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    this.goOn()
    await ended
  }

  /** A command by its client for the shell. */
  command(...words: string[]): string {
    return spawnSync('redis-cli', ['-p', String(this.port), ...words], {
      encoding: 'utf8',
      timeout: 5000,
    }).stdout.trim()
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString().startsWith('+PONG'))
    })
    socket.once('error', () => resolve(false))
  })
