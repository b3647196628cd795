/** A real Redis of a test's own, which can be hung, killed and started again. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { until } from './until.js'

export const redisIsHere = spawnSync('redis-server', ['--version']).status === 0

/** For tests that need one. */
export const whereRedisIs = redisIsHere ? describe : describe.skip
if (!redisIsHere) process.stderr.write('skipped: redis-server is not installed (apt-get install redis-server)\n')

export class RedisServer {
  private child: ChildProcess

  private constructor(
    readonly port: number,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings)
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
    this.child = spawn('redis-server', args, { cwd: '/', stdio: 'ignore' })
    await until(() => answers(this.port), 'redis-server to answer')
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  hang(): void {
    this.child.kill('SIGSTOP')
  }

  goOn(): void {
    this.child.kill('SIGCONT')
  }

  /** A command by its client for the shell. */
  command(...words: string[]): string {
    return spawnSync('redis-cli', ['-p', String(this.port), ...words], {
      encoding: 'utf8',
      timeout: 5000,
    }).stdout.trim()
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
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
