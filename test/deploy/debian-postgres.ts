/** A PostgreSQL as Debian packages it, with pg_dump and pg_restore, which the embedded one does not bring along. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isRoot, serviceAccount, type Account } from '../../src/infra/database/embedded/account.js'
import { environment } from '../../src/infra/database/embedded/cluster.js'
import { launch, stopPostmaster } from '../../src/infra/database/embedded/postmaster.js'
import { socketFile } from '../../src/infra/database/embedded/socket.js'
import { rowsOf } from '../support/database.js'
import { emptyFolder } from '../support/process.js'
import { until } from '../support/until.js'

const run = promisify(execFile)

const needed = ['initdb', 'postgres', 'psql', 'pg_dump', 'pg_dumpall', 'pg_restore']

/** Of the newest version that is there whole; null if none is. */
export const debianPrograms: string | null = newest('/usr/lib/postgresql')

function newest(folder: string): string | null {
  const versions = existsSync(folder)
    ? readdirSync(folder)
        .map(Number)
        .filter((version) => version >= 15)
    : []
  const programs = versions.sort((a, b) => b - a).map((version) => join(folder, String(version), 'bin'))
  return programs.find((path) => needed.every((name) => existsSync(join(path, name)))) ?? null
}

/** A server on a socket of its own, without a password. */
export class DebianPostgres {
  private constructor(
    private readonly folder: string,
    private readonly pid: number,
  ) {}

  static async start(): Promise<DebianPostgres> {
    const account = await whoRuns()
    const folder = emptyFolder()
    if (isRoot()) await chown(folder, account.uid, account.gid)
    const initdb = ['-D', folder, '--username=postgres', '--encoding=UTF8', '--locale=C', '--auth=trust', '--no-sync']
    await run(join(debianPrograms!, 'initdb'), initdb, { ...account.identity, cwd: '/', env: environment })
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'shared_buffers=16MB']
    const args = ['-D', folder, ...settings.flatMap((setting) => ['-c', setting])]
    const log = join(folder, 'log')
    const { pid } = await launch(join(debianPrograms!, 'postgres'), args, log, account)
    const server = new DebianPostgres(folder, pid)
    await until(
      () => existsSync(socketFile(folder)) && server.asks('SELECT 1').then(Boolean, () => false),
      'PostgreSQL',
      30_000,
    )
    return server
  }

  /** As this user, without a password: whoever reaches the socket is let in. */
  url(user = 'postgres', database = 'parley'): string {
    return `postgres://${user}@localhost:5432/${database}?host=${encodeURIComponent(this.folder)}`
  }

  /** Of the server, as its superuser. */
  asks<Row>(sql: string, database = 'postgres'): Promise<Row[]> {
    return rowsOf<Row>(this.url('postgres', database), sql)
  }

  stop(): Promise<void> {
    return stopPostmaster(this.pid, this.folder)
  }
}

const whoRuns = async (): Promise<Account> =>
  isRoot() ? serviceAccount() : { name: 'this user', uid: process.getuid!(), gid: process.getgid!(), identity: {} }

/** Runs a program of that version, or a script that looks for such; gives back what it says. Throws if it fails. */
export async function withPrograms(
  program: string,
  args: string[],
  more: Record<string, string> = {},
): Promise<string> {
  const env = { PATH: `${debianPrograms}:${process.env['PATH']}`, ...more }
  return (await run(program, args, { env })).stdout
}
