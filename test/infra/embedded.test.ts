/** The embedded PostgreSQL, on the real thing: what is killed, left half done or in the way must not stop a start. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { DataSource } from 'typeorm'
import { chooseAccount, serviceAccount } from '../../src/infra/database/embedded/account.js'
import { locateBinaries, usableBinaries } from '../../src/infra/database/embedded/binaries.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/infra/database/embedded/index.js'
import { findPostmaster, isPostmaster, stopPostmaster } from '../../src/infra/database/embedded/postmaster.js'
import { commandOf } from '../../src/infra/database/embedded/processes.js'
import { rowsOf as query } from '../support/database.js'
import { compile } from './compile.js'

const root = process.geteuid!() === 0
const asRoot = root ? it : it.skip
const repository = path.resolve(import.meta.dirname, '../..')
const children: ChildProcess[] = []
const clusters = new Set<string>()
let base: string
let main: string

const clusterOf = (dataDir: string) => path.join(dataDir, 'postgres/cluster')

async function start(
  dataDir: string,
  settings?: Record<string, string>,
  lines: string[] = [],
): Promise<EmbeddedPostgres> {
  clusters.add(clusterOf(dataDir))
  return startEmbeddedPostgres(dataDir, { settings, log: (line) => lines.push(line) })
}

/** Another Node process that starts the server and then lives on. */
function starter(dataDir: string): { child: ChildProcess; said: Promise<EmbeddedPostgres> } {
  clusters.add(clusterOf(dataDir))
  const child = spawn(process.execPath, [path.join(base, 'code/starter.js'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const said = once(createInterface(child.stdout), 'line').then(
    ([line]) => JSON.parse(line as string) as EmbeddedPostgres,
  )
  return { child, said }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'parley-embedded-')))
  // As mkdtemp makes it, it would hide the data from the account that root runs the server as.
  await chmod(base, 0o755)
  await compile(path.join(base, 'code'))
  await symlink(path.join(repository, 'node_modules'), path.join(base, 'node_modules'))
  main = path.join(base, 'main')
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const cluster of clusters) {
    const folder = await realpath(cluster).catch(() => cluster)
    const pid = await findPostmaster(folder)
    if (pid) await stopPostmaster(pid, folder, { fastMs: 5000, immediateMs: 5000 })
  }
  await rm(base, { recursive: true, force: true })
})

describe('one life after another, over the same data', () => {
  it('starts from nothing, durable, in UTF-8 and UTC, reached by a socket alone', async () => {
    const server = await start(main)
    expect(server).toMatchObject({ adopted: false, pid: expect.any(Number) })
    await query(server.url, `CREATE TABLE kept AS SELECT 'é👍' AS word`)
    const [row] = await query(
      server.url,
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS commits, current_setting('listen_addresses') AS addresses,
        current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding, current_user AS who,
        (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
    )
    expect(row).toEqual({
      major: 18,
      fsync: 'on',
      commits: 'on',
      addresses: '',
      zone: 'UTC',
      encoding: 'UTF8',
      who: 'parley',
      locale: 'C.UTF-8',
    })
    expect((await stat(clusterOf(main))).mode & 0o777).toBe(0o700)
    await server.stop()
    await server.stop()
    expect(await isPostmaster(server.pid, clusterOf(main))).toBe(false)
  })

  it('keeps the data, takes settings, and is reached by TypeORM', async () => {
    const server = await start(main, { work_mem: '5MB' })
    const source = await new DataSource({ type: 'postgres', url: server.url }).initialize()
    expect(await source.query(`SELECT word, current_setting('work_mem') AS memory FROM kept`)).toEqual([
      { word: 'é👍', memory: '5MB' },
    ])
    await source.destroy()
    await expect(start(main)).rejects.toThrow(`in use by another running Parley (process ${process.pid})`)
    await server.stop()
  })

  it('is refused while another Parley lives, and takes over the server when that one was killed', async () => {
    const { child, said } = starter(main)
    const { pid } = await said
    await expect(start(main)).rejects.toThrow(`in use by another running Parley (process ${child.pid})`)
    await kill(child)
    const began = Date.now()
    const server = await start(main)
    expect(Date.now() - began).toBeLessThan(1000)
    expect(server).toMatchObject({ adopted: true, pid })
    expect(await query(server.url, 'SELECT word FROM kept')).toHaveLength(1)
    await server.stop()
    expect(await findPostmaster(clusterOf(main))).toBeUndefined()
  })

  it('does not believe a lock whose pid lives again as another process', async () => {
    const lock = path.join(main, `postgres/parley-${process.ppid}-0bad0bad-1.lock`)
    await writeFile(lock, '')
    await (await start(main)).stop()
    await expect(stat(lock)).rejects.toThrow('ENOENT')
  })

  it('starts anew what was left with other settings, or has lost its socket', async () => {
    const first = starter(main)
    const { pid } = await first.said
    await kill(first.child)
    const lines: string[] = []
    const second = await start(main, { work_mem: '6MB' }, lines)
    expect(second).toMatchObject({ adopted: false })
    expect(lines).toEqual([expect.stringContaining(`(process ${pid}) runs with other settings`)])
    await second.stop()

    const third = starter(main)
    await third.said
    await kill(third.child)
    await rm(path.join(clusterOf(main), '.s.PGSQL.5432'))
    const fourth = await start(main)
    expect(fourth).toMatchObject({ adopted: false })
    await fourth.stop()
  })

  it('starts again after kill -9 of the postmaster, whose children end a little later', async () => {
    const { child, said } = starter(main)
    const { pid, url } = await said
    const busy = query(url, 'SELECT pg_sleep(60)').catch(() => 'cut')
    await query(url, `INSERT INTO kept VALUES ('acknowledged')`)
    process.kill(pid, 'SIGKILL')
    await kill(child)
    const server = await start(main)
    expect(await busy).toBe('cut')
    expect(await query(server.url, `SELECT 1 FROM kept WHERE word = 'acknowledged'`)).toHaveLength(1)
    await server.stop()
  })

  it('does not believe a stale pid file that names a living process, and lets that live', async () => {
    const account = await chooseAccount(path.join(main, 'postgres'), clusterOf(main))
    const foreign = spawn('sleep', ['60'], { ...account.identity, stdio: 'ignore' })
    children.push(foreign)
    const text = [foreign.pid, clusterOf(main), 1, 5432, clusterOf(main), '', '1 2', 'ready', ''].join('\n')
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
      const file = path.join(clusterOf(main), name)
      await writeFile(file, text)
      if (root) await chown(file, account.uid, account.gid)
    }
    const server = await start(main)
    expect(server).toMatchObject({ adopted: false })
    await server.stop()
    expect(await commandOf(foreign.pid!)).toContain('sleep 60')
  })

  it('says in words why PostgreSQL did not start, with what it said', async () => {
    const wrong = start(main, { shared_buffers: 'much' })
    await expect(wrong).rejects.toThrow(
      /did not start in .*: a setting is wrong\. PostgreSQL said:\n.*FATAL.*shared_buffers/s,
    )
    await (await start(main)).stop()
  })

  it('puts a large log aside', async () => {
    const log = path.join(main, 'postgres/postgres.log')
    await writeFile(log, 'x'.repeat(10 * 1024 * 1024 + 1))
    await (await start(main)).stop()
    expect((await stat(log)).size).toBeLessThan(100_000)
    expect((await stat(`${log}.old`)).size).toBeGreaterThan(10_000_000)
  })

  it('refuses data of another major version', async () => {
    const file = path.join(clusterOf(main), 'PG_VERSION')
    await writeFile(file, '17\n')
    await expect(start(main)).rejects.toThrow('made by PostgreSQL 17, and this Parley comes with 18')
    await writeFile(file, '18\n')
  })
})

it('begins anew after an initdb that was killed halfway', async () => {
  const dataDir = path.join(base, 'halfway')
  const { child } = starter(dataDir)
  const drafts = async () =>
    (await readdir(path.join(dataDir, 'postgres')).catch(() => [])).filter((name) => /draft/.test(name))
  while (!(await drafts()).length) await setTimeout(10)
  await setTimeout(100)
  await kill(child)
  expect(await drafts()).toHaveLength(1)
  const server = await start(dataDir)
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
  expect(await drafts()).toHaveLength(0)
})

it('uses a short private folder for the socket when its path would be too long', async () => {
  const dataDir = path.join(base, 'a path, with blanks & more', 'long'.repeat(30))
  const server = await start(dataDir)
  const folder = new URL(server.url).searchParams.get('host')!
  expect(folder.length).toBeLessThan(40)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

// Only root runs the server as another account, from which a closed folder hides things.
describe('as root, below a folder that is closed to others (skipped for other users)', () => {
  asRoot('puts the data where the account can reach it, and leaves a link', async () => {
    const closed = path.join(base, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const lines: string[] = []
    const dataDir = path.join(closed, 'data')
    const server = await start(dataDir, undefined, lines)
    const home = await readlink(path.join(dataDir, 'postgres'))
    try {
      expect(home).toMatch(/^\/var\/lib\/parley\/data-[0-9a-f]{12}$/)
      expect(lines).toEqual([expect.stringContaining(home)])
      await query(server.url, 'CREATE TABLE kept ()')
      await server.stop()
      await rm(dataDir, { recursive: true })
      const again = await start(dataDir)
      await query(again.url, 'SELECT FROM kept')
      await again.stop()
    } finally {
      await server.stop()
      await rm(home, { recursive: true, force: true })
      await rmdir(path.dirname(home)).catch(() => undefined)
    }
  })

  asRoot('lets the account, and nobody else, pass through a closed data directory itself', async () => {
    const dataDir = path.join(base, 'private')
    await mkdir(dataDir, { mode: 0o700 })
    const server = await start(dataDir)
    await server.stop()
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710)
    expect((await stat(path.join(dataDir, 'postgres'))).isDirectory()).toBe(true)
  })
})

describe('programs', () => {
  it('are copied, with the links of their libraries, when the account cannot use those of npm', async () => {
    const { version } = await locateBinaries()
    const closed = path.join(base, 'programs')
    const native = path.join(closed, 'native')
    for (const folder of ['bin', 'lib', 'share/postgresql/timezonesets'])
      await mkdir(path.join(native, folder), { recursive: true })
    await writeFile(path.join(native, 'bin/postgres'), '', { mode: 0o700 })
    await writeFile(path.join(native, 'lib/libx.so.1.2'), '', { mode: 0o600 })
    await writeFile(path.join(native, 'lib/libx.a'), '')
    const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }]
    await writeFile(path.join(native, 'pg-symlinks.json'), JSON.stringify(links))
    // Root is kept out by a closed folder, any other user from making links by one that is not his to write.
    await (root ? chmod(closed, 0o700) : chmod(path.join(native, 'lib'), 0o500))

    const home = path.join(base, 'home')
    await mkdir(path.join(home, 'postgres-17.0.0'), { recursive: true })
    const account = root ? await serviceAccount() : await chooseAccount(home, clusterOf(home))
    const copy = await usableBinaries({ root: native, version }, home, account)
    const again = await usableBinaries({ root: native, version }, home, account)
    await chmod(path.join(native, 'lib'), 0o700)
    expect(copy.root).toBe(path.join(home, `postgres-${version}`))
    expect(await readdir(home)).toEqual([path.basename(copy.root)])
    expect((await readdir(path.join(copy.root, 'lib'))).sort()).toEqual(['libx.so.1', 'libx.so.1.2'])
    expect(await readlink(path.join(copy.root, 'lib/libx.so.1'))).toBe('libx.so.1.2')
    expect((await stat(path.join(copy.root, 'bin/postgres'))).mode & 0o777).toBe(0o755)
    expect((await stat(path.join(copy.root, 'lib/libx.so.1.2'))).mode & 0o777).toBe(0o644)
    expect(again).toEqual(copy)
    expect(JSON.parse(await readFile(path.join(copy.root, 'pg-symlinks.json'), 'utf8'))).toEqual(links)
  })

  it('that are missing for a system are named, with the way out', async () => {
    const { arch } = process
    Object.defineProperty(process, 'arch', { value: 'z80' })
    try {
      await expect(locateBinaries()).rejects.toThrow('set DATABASE_URL to a PostgreSQL 15–18 server')
    } finally {
      Object.defineProperty(process, 'arch', { value: arch })
    }
  })
})
