// Ways to ask the same database for the same: what each leaves out is what it shows the price of.
import pg from 'pg'
import { DataSource } from 'typeorm'
import { Database } from '../../dist/infra/database/database.js'
import { dataSourceOptions } from '../../dist/infra/database/options.js'
import { connected } from '../history/fill.mjs'

/** No connection ends for being idle: it is read how much it has used. */
const serviceOptions = (config) => {
  const options = dataSourceOptions(config)
  return { ...options, extra: { ...options.extra, idleTimeoutMillis: 0 } }
}

const BYPASSING = 'bench_bypassing'

/** A role like the service's own, whom row-level security does not concern. A superuser's rights would not even be asked. */
export const makeBypassing = (databaseUrl, { DATABASE_ROLE }) =>
  connected(databaseUrl, async (client) => {
    await client.query(`CREATE ROLE ${BYPASSING} BYPASSRLS`)
    const sql = `SELECT table_name AS name FROM information_schema.role_table_grants WHERE grantee = $1 GROUP BY 1`
    const names = (await client.query(sql, [DATABASE_ROLE])).rows.map(({ name }) => name).join()
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${names} TO ${BYPASSING}`)
  })

const bypassingOptions = (config) => serviceOptions({ ...config, DATABASE_ROLE: BYPASSING })

const shipped = (options) => async (config) => {
  const source = await new DataSource(options(config)).initialize()
  const database = new Database(source)
  const close = () => database.onApplicationShutdown().then(() => source.destroy())
  return { database, close }
}

/** As the service asked before there were scopes: the statement and nothing else. */
async function plain(config) {
  const { url, extra } = bypassingOptions(config)
  const pool = new pg.Pool({ connectionString: url, ...extra, max: 1 })
  const prepared = async (name, text, values) => (await pool.query({ name, text, values })).rows
  const database = { of: () => ({ prepared, swiftly: prepared }) }
  return { database, close: () => pool.end() }
}

/** Of the database's processes that serve it. */
export async function pidsOf(database) {
  const rows = []
  for (const way of ['prepared', 'swiftly']) {
    rows.push(...(await database.of()[way]('pid', 'SELECT pg_backend_pid() AS pid', [])))
  }
  return [...new Set(rows.map(({ pid }) => pid))]
}

/** The first is held against the last. */
export const ways = [
  { name: 'shipped', title: 'scope and row-level security, as shipped', open: shipped(serviceOptions) },
  { name: 'scope', title: 'scope alone', open: shipped(bypassingOptions) },
  { name: 'plain', title: 'neither', open: plain },
]
