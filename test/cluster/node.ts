import { ServiceProcess, type Apart, type End } from '../support/process.js'
import { adminKey } from '../support/rest.js'

/** One node of the service on this database, which can be hung, killed and started again; with a PORT, at the same address. */
export class Node {
  url = ''
  private running: ServiceProcess | null = null

  constructor(
    private readonly databaseUrl: string,
    private readonly settings: Record<string, string> = {},
    private readonly apart: Apart = {},
  ) {}

  /** What is given here is of this start alone. */
  async start(settings: Record<string, string> = {}): Promise<this> {
    const always = { ADMIN_KEY: adminKey, RATE_LIMITS: 'off', LOG_LEVEL: 'warn', DATABASE_URL: this.databaseUrl }
    this.running = new ServiceProcess({ ...always, ...this.settings, ...settings }, [], this.apart)
    this.url = await this.running.url()
    return this
  }

  get process(): ServiceProcess {
    return this.running!
  }

  get pid(): number {
    return this.process.pid
  }

  /** What it has said on standard error since it was started. */
  get stderr(): string {
    return this.process.stderr
  }

  async kill(): Promise<void> {
    await this.process.kill('SIGKILL')
  }

  /** In order, as an operator does; null if it was never started. */
  async stop(): Promise<End | null> {
    return this.running?.kill('SIGTERM') ?? null
  }

  /** It holds its connections, and does nothing, until `wake`. */
  hang = (): unknown => process.kill(this.pid, 'SIGSTOP')
  wake = (): unknown => process.kill(this.pid, 'SIGCONT')
}
