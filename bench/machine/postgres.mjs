// The one PostgreSQL that all peers share: a cluster of its own in a temporary folder, durable as in production.
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pinTree, SERVICE_CORE } from './processes.mjs'
import { startSystemPostgres } from './system-postgres.mjs'

const embedded = new URL('../../dist/infra/database/embedded/index.js', import.meta.url)

export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  // As root the server runs under another account, which has to reach its data.
  await chmod(folder, 0o755)
  let server
  try {
    server = await startServer(join(folder, 'data'))
    pinTree(server.pid, SERVICE_CORE)
    return { pid: server.pid, folder, ...databases(server.url), about: await describe(server), stop: end }
  } catch (error) {
    await end()
    throw error
  }

  async function end() {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

// The embedded one is what Parley ships with; the bench falls back to an installed one, and the result says which.
async function startServer(dataDir) {
  if (!existsSync(embedded)) return startSystemPostgres(dataDir)
  const { startEmbeddedPostgres } = await import(embedded)
  const { url, pid, stop } = await startEmbeddedPostgres(dataDir)
  return { kind: 'embedded', url, pid, stop }
}

function databases(serverUrl) {
  const drop = (name) => query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  return {
    drop,
    async create(name) {
      await drop(name)
      await query(serverUrl, `CREATE DATABASE ${name}`)
      return serverUrl.replace(/^(\w+:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
    },
    // So that no measurement pays for what the one before has left dirty.
    checkpoint: () => query(serverUrl, 'CHECKPOINT'),
  }
}

async function describe({ kind, url }) {
  const names = ['fsync', 'synchronous_commit', 'full_page_writes']
  const settings = await query(url, 'SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [names])
  const off = settings.filter(({ setting }) => setting !== 'on')
  if (off.length > 0) throw new Error(`Commits are not durable: ${off.map(({ name }) => name).join(', ')} is not on`)
  const [{ version }] = await query(url, "SELECT current_setting('server_version') AS version")
  return { kind, version, commitMs: await commitMs(url) }
}

/** What one durable commit takes here, alone (median of 200): every stored message's latency stands on it. */
async function commitMs(url) {
  const times = await connected(url, async (client) => {
    await client.query('CREATE TABLE commit_probe (n int)')
    const taken = []
    for (let n = 0; n < 200; n++) {
      const start = performance.now()
      await client.query('INSERT INTO commit_probe VALUES ($1)', [n])
      taken.push(performance.now() - start)
    }
    await client.query('DROP TABLE commit_probe')
    return taken
  })
  return times.sort((a, b) => a - b)[100]
}

const query = (url, sql, values) => connected(url, async (client) => (await client.query(sql, values)).rows)

async function connected(url, use) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
