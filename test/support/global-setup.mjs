// One real PostgreSQL for the whole run; every test file makes a database of its own in it. TEST_DATABASE_URL names
// another server to run the tests on, as whoever may create databases there.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../dist/infra/database/embedded/index.js'

export default async function setUp() {
  if (process.env.TEST_DATABASE_URL) return
  globalThis.testDataDir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  globalThis.testPostgres = await startEmbeddedPostgres(globalThis.testDataDir)
  process.env.TEST_DATABASE_URL = globalThis.testPostgres.url
}
