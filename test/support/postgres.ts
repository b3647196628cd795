import { Client } from 'pg'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/infra/database/embedded/index.js'
import { emptyFolder } from './process.js'

/** A PostgreSQL of a test's own, to be hung or killed in the middle. `endAll` frees its folder. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(folder = emptyFolder()): Promise<OwnPostgres> {
    return new OwnPostgres(folder, await startEmbeddedPostgres(folder))
  }

  /** The same after a restart. */
  get url(): string {
    return this.server.url
  }

  /** None of its processes does anything any more, until what this answers is called. */
  async hang(): Promise<() => void> {
    const pids = await this.freeze()
    return () => signal(pids, 'SIGCONT')
  }

  /** All of its processes in one moment, none of which can tell another. */
  async kill(): Promise<void> {
    signal(await this.freeze(), 'SIGKILL')
    await this.server.stop()
  }

  async restart(): Promise<void> {
    this.server = await startEmbeddedPostgres(this.folder)
  }

  stop(): Promise<void> {
    return this.server.stop()
  }

  /** The first process first: then no more can come while the others are asked for. */
  private async freeze(): Promise<number[]> {
    const client = new Client({ connectionString: this.url })
    client.on('error', () => undefined)
    await client.connect()
    signal([this.server.pid], 'SIGSTOP')
    const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
    const pids = rows.map(({ pid }) => pid)
    signal(pids, 'SIGSTOP')
    void client.end().catch(() => undefined)
    return [this.server.pid, ...pids]
  }
}

/** To those that are still there. */
function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
