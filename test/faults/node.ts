import { ServiceProcess } from '../support/process.js'
import { adminKey } from '../support/rest.js'

/** One node of the service on this database, which can be killed and started again, then at another address. */
export class Node {
  url = ''
  private running: ServiceProcess | null = null

  constructor(
    private readonly databaseUrl: string,
    private readonly settings: Record<string, string> = {},
  ) {}

  async start(): Promise<this> {
    const always = { ADMIN_KEY: adminKey, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' }
    this.running = new ServiceProcess({ ...always, DATABASE_URL: this.databaseUrl, ...this.settings })
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
}
