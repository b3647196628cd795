// One real PostgreSQL for the whole run, in which every test file has a database of its own, made from one that has the
// tables already. TEST_DATABASE_URL names another server to run the tests on, as whoever may create databases there.
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { loadConfig } from '../../dist/infra/config.js'
import { startEmbeddedPostgres } from '../../dist/infra/database/embedded/index.js'
import { migrate } from '../../dist/infra/database/migrate.js'

export default async function setUp() {
  if (!process.env.TEST_DATABASE_URL) await startServer()
  process.env.TEST_TEMPLATE = `test_template_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${process.env.TEST_TEMPLATE}`)
  const url = new URL(process.env.TEST_DATABASE_URL)
  url.pathname = `/${process.env.TEST_TEMPLATE}`
  await migrate(loadConfig({ DATABASE_URL: url.href }, false))
}

/** What it stores is to outlive processes that are killed, but not the machine. */
async function startServer() {
  globalThis.testDataDir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  globalThis.testPostgres = await startEmbeddedPostgres(globalThis.testDataDir, { settings: { fsync: 'off' } })
  process.env.TEST_DATABASE_URL = globalThis.testPostgres.url
}

export async function onServer(sql) {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
